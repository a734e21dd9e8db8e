/** Rows of ICSNPP's c1222 logs, those included that it writes only when asked to. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { PutRow } from '../protocol.ts'
import { ANSWERS, ELEMENT_NAMES, RESPONSE_CONTROLS, SECURITY_MODES, SERVICES } from './c1222.table.ts'
import type { Authentication, C1222, C1222State, User } from './c1222.ts'
import { DETAIL_COLUMNS } from './logs.table.ts'
import type { Fields, Service } from './services.ts'

export function zeek({ message: m, flow }: SeenMessage<C1222, C1222State>, put: PutRow): void {
  const detail = (log: string, fields: Fields): void =>
    put(`c1222_${log}`, [flow.transport, ...DETAIL_COLUMNS[log]!.map(([column]) => fields[column])])
  const { user } = m
  const services = user === undefined || user.enciphered !== undefined ? undefined : user.services.map(nameOf)
  put('c1222', [
    flow.transport,
    m.elements.map((tag) => ELEMENT_NAMES[tag] ?? 'Unknown Element'),
    user?.enciphered !== undefined,
    services,
    m.context,
    m.calledTitle,
    m.callingTitle,
    m.qualifier === undefined ? undefined : qualifiers(m.qualifier),
    m.mechanism,
    m.authentication === undefined ? undefined : (m.authentication.mechanism ?? m.authentication.encoding),
    m.calledId && byteText(m.calledId),
    m.callingId && byteText(m.callingId),
  ])
  if (m.authentication !== undefined) detail('authentication_value', authentication(m.authentication))
  if (user === undefined) return
  detail('user_information', userInformation(user, services))
  let refused: Fields | undefined
  for (const { row } of user.services) {
    if (row?.log === 'service_error') refused = row.fields
    else if (row !== undefined) detail(row.log, row.fields)
  }
  // One row a packet: the last refusal's.
  if (refused !== undefined) detail('service_error', refused)
}

const nameOf = ({ code }: Service): string => ANSWERS[code]?.[0] ?? SERVICES[code]?.[0] ?? 'Unknown Code'

/** §5.3.4.6. */
function qualifiers(value: number): string[] {
  const names = ['TEST', 'URGENT', 'NOTIFICATION'].filter((_, bit) => (value & (1 << bit)) !== 0)
  return value >> 3 === 0 ? names : [...names, `RESERVED int:${value >> 3}`]
}

function authentication(a: Authentication): Fields {
  const names = { C1222: 'C12.22', C1221: 'C12.21', Unimplemented: 'UNIMPLEMENTED' }
  // ICSNPP's own spelling.
  const other = a.encoding === 'OCTET' ? 'OCTET_ALINGED' : 'UNKNOWN'
  const text = a.octets && byteText(a.octets)
  const isC1221 = a.mechanism === 'C1221'
  return {
    authentication_mechanism: a.mechanism === undefined ? other : names[a.mechanism],
    indirect_reference: a.isIndirect,
    octet_aligned: isC1221 ? undefined : text,
    c1222_key_id: a.keyId,
    c1222_iv: a.iv,
    c1221_ident: isC1221 && a.kind === 0x80 ? text : undefined,
    c1221_req: isC1221 && a.kind === 0x81 ? text : undefined,
    c1221_resp: isC1221 && a.kind === 0x82 ? text : undefined,
  }
}

function userInformation(user: User, services: readonly string[] | undefined): Fields {
  const { control } = user
  const names = [RESPONSE_CONTROLS[control & 3], SECURITY_MODES[(control >> 2) & 3]].filter((name) => name !== undefined)
  if ((control & 0x10) !== 0) names.push('ED_CLASS_INCLUDED')
  if ((control & 0x20) !== 0) names.push('PROXY_SERVICE_USED')
  if ((control & 0x40) !== 0) names.push('RECOVERY_SESSION')
  let mac: string | undefined
  if (user.mac !== undefined) {
    mac = '0x'
    for (const b of user.mac) mac += b.toString(16).padStart(2, '0')
  }
  return {
    indirect_reference_encoding: user.encoding,
    padding: user.padding && byteText(user.padding),
    mac,
    epsem_control: names,
    ed_class: user.deviceClass && byteText(user.deviceClass),
    encrypted_epsem: user.enciphered && byteText(user.enciphered),
    services,
  }
}
