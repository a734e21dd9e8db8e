/** Rows of ICSNPP's s7comm*.log. ICSNPP prints the PDU reference as a little-endian number. */
import type { SeenMessage } from '@isthmus/wire'
import { hex, senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import {
  BLOCKS,
  ERROR_CLASSES,
  FILESYSTEMS,
  FUNCTIONS,
  GROUPS,
  NAMED_GROUPS,
  RETURN_CODES,
  ROSCTR,
  ROSCTR_NAMES,
  SERVICES,
  SZL_NAMES,
} from './s7comm.table.ts'
import type { S7comm, S7State } from './s7comm.ts'
import { componentNames } from './szl.ts'
import { fileParts } from './transfer.ts'
import { uploadRow } from './zeek-files.ts'

type Seen = SeenMessage<S7comm, S7State>

export function zeek(seen: Seen, put: PutRow): void {
  const { message: m } = seen
  if (ROSCTR_NAMES[m.rosctr] === undefined) return
  const sender = senderCells(seen.from, seen.flow)
  const reference = (m.reference >> 8) | ((m.reference & 0xff) << 8)
  const isUserData = m.rosctr === ROSCTR.userData
  const named = isUserData ? userDataNames(m) : jobNames(m)
  put('s7comm', [...sender, m.rosctr, ROSCTR_NAMES[m.rosctr], reference, ...named, ...errorCells(m)])
  if (isUserData) userDataRows(seen, sender, reference, put)
  else if (m.code >= 0x1a && m.code <= 0x1f && m.rosctr !== ROSCTR.ack) transferRow(m, sender, reference, put)
  uploadRow(seen, put)
}

function jobNames(m: S7comm): Cell[] {
  if (m.code < 0) return [undefined, undefined, undefined, undefined]
  const invoked = m.code === 0x28 && m.rosctr === ROSCTR.job
  return [
    hex(m.code, 2),
    FUNCTIONS[m.code]?.[1] ?? 'unknown',
    invoked ? m.service : undefined,
    invoked ? (SERVICES[m.service] ?? 'unknown') : undefined,
  ]
}

const TYPES: Readonly<Record<number, string>> = { 0: 'Push', 4: 'Request', 8: 'Response' }

function userDataNames(m: S7comm): Cell[] {
  const group = m.code & 0x0f
  const sub = NAMED_GROUPS.has(group) ? (subName(group, m.sub) ?? 'unknown') : undefined
  return [hex(m.code, 2), `${TYPES[m.code >> 4] ?? 'Unknown'}: ${GROUPS[group]?.name ?? 'unknown'}`, hex(m.sub, 2), sub]
}

function subName(group: number, sub: number): string | undefined {
  // ICSNPP knows one security function only.
  return group === 5 && sub !== 1 ? undefined : GROUPS[group]?.subs[sub]?.[0]
}

function errorCells(m: S7comm): Cell[] {
  if (m.rosctr === ROSCTR.job || (m.rosctr === ROSCTR.userData && m.method !== 0x12)) return [undefined, undefined]
  if (m.rosctr !== ROSCTR.userData) {
    return [ERROR_CLASSES[m.errorClass] ?? `Unknown error class-${hex(m.errorClass, 2)}`, hex(m.errorCode, 2)]
  }
  return [m.parameterError === 0 ? 'No error' : 'Parameter Error', hex(m.parameterError, 2)]
}

function userDataRows(seen: Seen, sender: Cell[], reference: number, put: PutRow): void {
  const { message: m } = seen
  if ((m.code & 0x0f) !== 4 || m.sub !== 1) return
  const whole = seen.state.whole
  const names = whole?.of === m ? componentNames(whole.list) : undefined
  if (names !== undefined) {
    put('s7comm_known_devices', [
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      names.system,
      names.module,
      names.plant,
      names.serial,
    ])
  }
  // Later parts of a list do not begin with its id.
  if (m.method === 0x12 && m.dataReference !== 0 && m.lastUnit !== 1) return
  if (m.data.length < 4) return
  const id = (m.data[0]! << 8) | m.data[1]!
  const index = (m.data[2]! << 8) | m.data[3]!
  const method = m.method === 0x11 ? 'Request' : m.method === 0x12 ? 'Response' : 'Unknown'
  put('s7comm_read_szl', [
    ...sender,
    reference,
    method,
    hex(id, 4),
    SZL_NAMES[id & 0xff] ?? 'Unknown',
    hex(index, 4),
    hex(m.returnCode, 2),
    RETURN_CODES[m.returnCode] ?? 'Unknown',
  ])
}

function transferRow(m: S7comm, sender: Cell[], reference: number, put: PutRow): void {
  const isJob = m.rosctr === ROSCTR.job
  const hasPart = !isJob && (m.code === 0x1b || m.code === 0x1e)
  const length = hasPart ? m.data.length : !isJob && m.code === 0x1d ? Number.parseInt(m.argument, 10) || 0 : undefined
  const { type, number, filesystem } = fileParts(m.file)
  const named = m.file !== ''
  put('s7comm_upload_download', [
    ...sender,
    ROSCTR_NAMES[m.rosctr],
    reference,
    FUNCTIONS[m.code]?.[1] ?? 'unknown',
    m.status < 0 ? undefined : hex(m.status, 2),
    m.session < 0 ? undefined : m.session,
    length,
    named ? m.file : undefined,
    named ? (BLOCKS[type]?.[1] ?? 'Unknown') : undefined,
    named ? number : undefined,
    named ? (FILESYSTEMS[filesystem] ?? 'Unknown') : undefined,
  ])
}
