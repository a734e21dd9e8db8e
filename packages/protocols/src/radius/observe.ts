/** RADIUS in the platform's words: who was let in by what proof, which stations are where, who ends sessions. */
import type { Endpoint } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'
import { ATTRIBUTE, CODE, CODES, MICROSOFT, MS_CHAP, REFUSALS, STATUS_TYPES } from './radius.table.ts'
import { attributeOf, type Radius, type RadiusState } from './radius.ts'

export function observe(seen: SeenMessage<Radius, RadiusState>, sink: Sink): void {
  const { message: m, asked, from } = seen
  for (const name of m.anomalies) sink.anomaly(`radius.${name}`)
  if (from === 'client') {
    sink.hint('client', 'name', textOf(m, ATTRIBUTE.nasIdentifier), 0.8)
    if (m.code === CODE.accessRequest || m.code === CODE.accountingRequest) sink.hint('client', 'role', 'network access server', 0.7)
    if (m.code === CODE.accountingRequest) station(m, sink)
    return
  }
  if (asked === undefined) return
  const user = textOf(asked, ATTRIBUTE.userName)
  if (m.code === CODE.accessAccept || m.code === CODE.accessReject || m.code === CODE.accessChallenge) {
    sink.hint('server', 'role', 'radius server', 0.9)
    if (m.code !== CODE.accessChallenge) {
      const ok = m.code === CODE.accessAccept
      sink.say({ kind: 'login.tried', user, domain: '', method: `radius ${methodOf(asked)}`, ok })
      if (ok) station(asked, sink, m)
    }
  }
  const key = `${asked.code} ${m.code} ${user}`
  if (sink.again(key)) return
  const ok = !REFUSALS.includes(m.code)
  sink.operation(key, {
    operation: asked.name,
    object: asked.code === CODE.accountingRequest ? `${user} ${statusOf(asked)}`.trim() : user,
    access: CODES[asked.code]?.access ?? 'unknown',
    ok,
    error: ok ? '' : m.name,
    part: undefined,
  })
}

/** The user's device, by the MAC address and the address it was given. */
function station(m: Radius, sink: Sink, answer = m): void {
  const mac = normalMac(textOf(m, ATTRIBUTE.callingStation))
  const user = textOf(m, ATTRIBUTE.userName)
  if (mac === '' || user === '') return
  const v4 = attributeOf(answer, ATTRIBUTE.framedIp)
  const v6 = attributeOf(answer, ATTRIBUTE.framedIpv6)
  // RFC 2865 §5.8: two addresses mean that somebody else chooses.
  const isChosen = v4 !== undefined && v4[0] !== 255
  const ip = isChosen ? showIpv4(v4) : v6 === undefined ? '' : showIpv6(v6)
  const host: Endpoint = { ip: ip === '' ? undefined : ip, mac, port: undefined }
  sink.hint('client', 'user', user, 0.7, undefined, host)
}

function methodOf(m: Radius): string {
  if (attributeOf(m, ATTRIBUTE.eap) !== undefined) return 'EAP'
  if (attributeOf(m, ATTRIBUTE.chapPassword) !== undefined) return 'CHAP'
  for (const { type, value } of m.attributes) {
    if (type !== ATTRIBUTE.vendorSpecific || value.length < 5) continue
    const vendor = ((value[0]! << 24) | (value[1]! << 16) | (value[2]! << 8) | value[3]!) >>> 0
    const method = vendor === MICROSOFT ? MS_CHAP[value[4]!] : undefined
    if (method !== undefined) return method
  }
  return attributeOf(m, ATTRIBUTE.userPassword) === undefined ? 'unknown' : 'PAP'
}

function statusOf(m: Radius): string {
  const value = attributeOf(m, ATTRIBUTE.statusType)
  return value === undefined ? '' : (STATUS_TYPES[value[3] ?? 0] ?? '')
}

export function textOf(m: Radius, type: number): string {
  const value = attributeOf(m, type)
  return value === undefined ? '' : readable(byteText(value))
}

/** A station's id is free text, by convention a MAC address in one of many spellings; empty when it is none. */
export function normalMac(text: string): string {
  const digits = text.replace(/[^0-9a-fA-F]/g, '').toLowerCase()
  return digits.length === 12 || digits.length === 16 ? digits.replace(/(..)(?=.)/g, '$1:') : ''
}
