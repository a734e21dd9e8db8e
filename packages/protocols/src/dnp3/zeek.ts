/** Rows of Zeek's dnp3.log and ICSNPP's dnp3_control.log and dnp3_objects.log. */
import { Reader, type SeenMessage } from '@isthmus/wire'
import { senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import { type Application, type ObjectHeader, sizeAt } from './application.ts'
import { FUNCTIONS, GROUPS, OPERATIONS, STATES, TRIPS } from './dnp3.table.ts'
import type { Dnp3, Dnp3State } from './dnp3.ts'

type Seen = SeenMessage<Dnp3, Dnp3State>

/** Zeek goes by who opened the connection: what the responder sends is a response. */
export function zeek(seen: Seen, put: PutRow): void {
  const { application } = seen.message
  const { state } = seen
  if (application === undefined) return
  const name = FUNCTIONS[application.code]?.[0] ?? `unknown-${application.code}`
  if (seen.from === 'client') state.asked = { name, at: seen.at }
  else {
    put('dnp3', [state.asked?.name, name, indicationsOf(application)])
    state.asked = undefined
  }
  const sender = senderCells(seen.from, seen.flow)
  for (const header of application.headers) {
    objectRow(header, seen, sender, put)
    if (header.group === 12 && (header.variation === 1 || header.variation === 2)) controlRows(application, header, name, seen, sender, put)
  }
}

/** A request that nothing answered has its row at the end. */
export function zeekEnded(seen: SeenMessage<Dnp3 | undefined, Dnp3State>, put: PutRow): void {
  const { asked } = seen.state
  if (asked === undefined) return
  seen.state.asked = undefined
  put('dnp3', [asked.name, undefined, undefined], asked.at)
}

function indicationsOf(application: Application): number {
  return application.indications >= 0 ? application.indications : ((application.bytes[2] ?? 0) << 8) | (application.bytes[3] ?? 0)
}

function objectRow(header: ObjectHeader, seen: Seen, sender: readonly Cell[], put: PutRow): void {
  const { group, variation } = header
  const name = GROUPS[group]?.names[variation]
  const code = seen.message.application!.code
  if (name === undefined || name === '' || code !== (seen.from === 'client' ? 1 : 129)) return
  if (code === 1) put('dnp3_objects', [...sender, 'READ', name, undefined, undefined, undefined])
  else put('dnp3_objects', [...sender, 'RESPONSE', name, ...rangeCells(header)])
}

/** Where a header counts, ICSNPP has the count as the range's low end, its bytes in the wire's order. */
function rangeCells(header: ObjectHeader): Cell[] {
  if (header.from >= 0) return [header.count, header.from, header.to]
  switch (header.qualifier & 0x0f) {
    case 6:
      return [0, 0xffff, 0xffff]
    case 8:
      return [header.count, ((header.count & 0xff) << 8) | (header.count >> 8), 0]
    case 9:
      return [header.count, swap32(header.count), 0]
    default:
      return [header.count, header.count, 0]
  }
}

function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
}

/** A.8.1: code u8, count u8, on u32, off u32, state u8. */
function controlRows(application: Application, header: ObjectHeader, name: string, seen: Seen, sender: readonly Cell[], put: PutRow): void {
  const block = header.variation === 1 ? 'Control Relay Output Block' : 'Pattern Control Block'
  const r = new Reader(application.bytes, header.at, header.end)
  for (let i = 0; i < header.count && r.left >= header.indexed + 11; i++) {
    const index = sizeAt(r.bytes, r.at, header.indexed)
    r.skip(header.indexed)
    const code = r.u8()
    const shown = [TRIPS[code >> 6] ?? 'unknown-3', OPERATIONS[code & 0x0f] ?? `unknown-${(code & 0x0f).toString(16)}`, (code & 0x20) !== 0]
    const times = [r.u8(), r.u32le(), r.u32le()]
    const state = r.u8()
    const outcome = seen.from === 'client' ? undefined : (STATES[state] ?? `unknown-${state.toString(16)}`)
    put('dnp3_control', [...sender, block, name, index, ...shown, ...times, outcome])
  }
}
