/** Values that the controller pushes, and what programmers do with tables of variables: monitor, modify, force. */
import type { Sink } from '../protocol.ts'
import { addressOf, elementsOf, type Item } from './items.ts'
import { remember } from './remembered.ts'
import type { S7comm, S7State } from './s7comm.ts'
import { TABLE } from './user-body.ts'

const FORCE_SELECTION = 0x07
const MEMORY_RESET = 0x0c
const DELETE_JOB = 0x0f
const OK = 0xff

/** Values of an answer or push beside the addresses that were asked for. */
export function readPushed(m: S7comm, items: readonly Item[], sink: Sink): void {
  for (let i = 0; i < m.values.length && i < items.length; i++) {
    if (m.values[i]!.code !== OK) continue
    for (const element of elementsOf(items[i]!, m.values[i]!.data)) sink.read(element.tag, element.value, element.dataType)
  }
}

/** What a monitored table holds now. */
export function tablePushed(m: S7comm, state: S7State, sink: Sink): void {
  const job = state.tables.get(m.sequence)
  if (job === undefined || job.sub !== m.sub || m.values.length === 0) return
  if (!sink.sameBytes(`table ${m.sequence}`, m.data)) readPushed(m, job.items, sink)
}

/** Modify and force write to the process behind the program's back; a memory reset wipes it. */
export function programmed(q: S7comm, a: S7comm | undefined, ok: boolean | undefined, state: S7State, sink: Sink): void {
  if (ok && a !== undefined && q.items.length > 0) remember(state.tables, a.sequence, { sub: q.sub, items: q.items })
  if (q.sub === TABLE.modify || q.sub === TABLE.force) wrote(q, ok, sink)
  if (q.sub === TABLE.force) forced(q.items, 'force', ok, sink)
  else if (q.sub === FORCE_SELECTION) sink.say({ kind: 'tag.forced', tag: 'force selection', action: 'force', ok })
  else if (q.sub === MEMORY_RESET) sink.say({ kind: 'device.restarted', how: 'memory reset', ok })
  else if (q.sub === DELETE_JOB) deleted(q, ok, state, sink)
}

function wrote(q: S7comm, ok: boolean | undefined, sink: Sink): void {
  for (let i = 0; i < q.items.length && i < q.values.length; i++) {
    for (const element of elementsOf(q.items[i]!, q.values[i]!.data)) sink.wrote(element.tag, element.value, element.dataType, ok)
  }
}

function forced(items: readonly Item[], action: 'force' | 'unforce', ok: boolean | undefined, sink: Sink): void {
  if (items.length === 0) sink.say({ kind: 'tag.forced', tag: 'all', action, ok })
  for (const item of items) sink.say({ kind: 'tag.forced', tag: addressOf(item), action, ok })
}

/** The last two bytes name the job: its function, and the sequence number under which it runs. */
function deleted(q: S7comm, ok: boolean | undefined, state: S7State, sink: Sink): void {
  const sequence = q.data.at(-1) ?? -1
  const job = state.tables.get(sequence)
  if (q.data.at(-2) === TABLE.force) forced(job?.items ?? [], 'unforce', ok, sink)
  if (ok) state.tables.delete(sequence)
}
