/** Rows of ICSNPP's bsap logs. It reads the first message of a datagram, and pairs an answer with the newest question only. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { hex, senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import { ANSWERED, APPLICATION, LOGGED_APPLICATIONS, MESSAGE, MESSAGE_NAMES, RDB_EXTENSIONS, RDB_NAMES } from './bsap.table.ts'
import type { Bsap, BsapState, Part, Serial } from './bsap.ts'
import type { Kept } from './rdb.ts'
import { answeredVariables, askedVariables } from './zeek-variables.ts'

export function zeek({ message: m, from, flow, state }: SeenMessage<Bsap, BsapState>, put: PutRow): void {
  const sender = senderCells(from, flow)
  if (m.serial !== undefined) return serialRows(m.serial, sender, state.kept, put)
  put('bsap_ip_header', [...sender, m.messages, MESSAGE_NAMES[m.code] ?? `Unknown Message Type-${hex(m.code, 2)}`])
  const [first] = m.parts
  if (first === undefined) return
  if (m.isQuestion) askedRow(first, sender, state.kept, put)
  else if (m.code === MESSAGE.response) answeredRow(first, sender, state.kept, put)
}

function rdbName(code: number): string {
  const name = RDB_NAMES[code]
  if (name !== undefined) return name
  const asked = RDB_NAMES[code - ANSWERED]
  return asked === undefined ? `Unknown RDB Func-${hex(code, 2)}` : `RSP_${asked}`
}

const application = (code: number): string => LOGGED_APPLICATIONS[code] ?? `Unknown APP Func-${hex(code, 2)}`

function askedRow(part: Part, sender: readonly Cell[], kept: Kept, put: PutRow): void {
  kept.application = part.application ?? 0
  kept.answering = part.sequence
  if (part.application !== APPLICATION.rdb || part.data.length === 0) return
  const code = part.data[0]!
  kept.function = code
  const { count, names, values } = askedVariables(code, part.data.subarray(1), false, kept)
  const { sequence, length, status } = part
  put('bsap_ip_rdb', [...sender, undefined, sequence, sequence, length, undefined, 'RDB', status, rdbName(code), count, names, values])
}

function answeredRow(part: Part, sender: readonly Cell[], kept: Kept, put: PutRow): void {
  const code = kept.answering === part.sequence ? kept.function + ANSWERED : kept.answering
  if (kept.answering === part.sequence) kept.answering = 0
  if (kept.application !== APPLICATION.rdb) return
  const elements = part.data[0] ?? 0
  const { names, values } = answeredVariables((code - ANSWERED) & 0xff, elements, part.data.subarray(1), false, kept)
  const { sequence, length } = part
  put('bsap_ip_rdb', [...sender, length, sequence, sequence, length, sequence, 'RDB', code, rdbName(code), elements, names, values])
}

function serialRows(line: Serial, sender: readonly Cell[], kept: Kept, put: PutRow): void {
  const { serial, destination, source, control, destinationFunction, sequence, sourceFunction, status, isGlobal, raw } = line
  const functions = [application(destinationFunction), sequence, application(sourceFunction), status]
  const type = isGlobal ? 'Global Message' : 'Local Message'
  put('bsap_serial_header', [...sender, serial, destination, source, control, ...functions, type])
  const asked = destinationFunction === APPLICATION.online ? sourceFunction : destinationFunction
  if (asked === APPLICATION.rdbExtension) return extensionRow(raw, sender, put)
  if (asked !== APPLICATION.rdb) return
  if (destinationFunction === APPLICATION.rdb) {
    kept.function = raw[0] ?? 0
    const { count, names, values } = askedVariables(kept.function, raw.subarray(1), true, kept)
    put('bsap_serial_rdb', [...sender, rdbName(kept.function), count, names, values])
  } else {
    const { count, names, values } = answeredVariables(kept.function, 0, raw, true, kept)
    put('bsap_serial_rdb', [...sender, rdbName(kept.function + ANSWERED), count, names, values])
  }
}

/** ICSNPP reads the functions a second time, out of the data. */
function extensionRow(raw: Uint8Array, sender: readonly Cell[], put: PutRow): void {
  if (raw.length < 7) return
  const extension = raw[5]! | (raw[6]! << 8)
  const name = RDB_EXTENSIONS[extension]?.[0] ?? `Unknown RDB Func-${hex(extension, 2)}`
  const functions = [application(raw[0]!), raw[1]! | (raw[2]! << 8), application(raw[3]!), raw[4]!]
  put('bsap_serial_rdb_ext', [...sender, ...functions, name, byteText(raw.subarray(7))])
}
