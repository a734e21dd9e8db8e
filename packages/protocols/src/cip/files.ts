/**
 * The File object: a device's own description (EDS) and what makers keep beside it, moved part by part.
 *
 *   transfer number u8 | kind u8: 0 first, 1 middle, 2 last, 3 abort, 4 first and last | content | checksum u16 behind the last
 *
 * Spec: CIP Networks Library Vol. 1, §5-42.
 */
import { movePart, tellFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import type { CipState } from './cip.ts'
import type { Service } from './service.ts'
import { hexOf } from './values.ts'

export const FILE = 0x37
const UPLOAD = 0x4f
const DOWNLOAD = 0x50
const CLEAR = 0x51
const EDS = 200
const MAX_VALUE = 64
const KIND = { first: 0, last: 2, abort: 3, only: 4 } as const

export function moveFile(q: Service, a: Service | undefined, ok: boolean | undefined, state: CipState, sink: Sink): void {
  const { instance } = q.path
  const name = instance === EDS ? 'EDS' : `file ${instance}`
  if (q.code === CLEAR) sink.say({ kind: 'configuration.changed', what: 'file cleared', value: name, ok })
  else if (q.code === UPLOAD && ok && a !== undefined) {
    // Tools poll small ones that makers keep counters in: values rather than files.
    if (a.data[1] === KIND.only && instance !== EDS)
      sink.read(name, hexOf(a.data.subarray(2, Math.max(2, Math.min(a.data.length - 2, MAX_VALUE + 2)))), 'bytes')
    else part(name, 'to-client', a.data, state, sink)
  } else if (q.code === DOWNLOAD && ok !== false) {
    if (q.data[1] === KIND.first || q.data[1] === KIND.only) sink.say({ kind: 'configuration.changed', what: 'file', value: name, ok })
    part(name, 'to-server', q.data, state, sink)
  }
}

export function endFile(state: CipState, sink: Sink): void {
  if (state.file !== undefined) tellFile(state.file, sink)
  state.file = undefined
}

function part(name: string, direction: 'to-client' | 'to-server', data: Uint8Array, state: CipState, sink: Sink): void {
  const kind = data[1]
  if (kind === undefined || kind > KIND.only) return
  if (kind !== KIND.abort) {
    const isLast = kind === KIND.last || kind === KIND.only
    const content = data.subarray(2, isLast ? Math.max(2, data.length - 2) : data.length)
    state.file = movePart(state.file, name, direction, content, kind === KIND.first || kind === KIND.only, sink)
    if (!isLast) return
  }
  endFile(state, sink)
}
