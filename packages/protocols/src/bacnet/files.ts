/** Files read and written block by block (§14.1, §14.2): as a stream of octets from a position, or as records. */
import type { Side } from '@isthmus/wire'
import { type MovingFile, movePart } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { within } from './access.ts'
import type { Bacnet } from './bacnet.ts'
import { objectId, signed, type Tag } from './tag.ts'

const READ = 6
const OCTETS = 6
const INTEGER = 3
const STREAM = 0
const RECORDS = 1

export function fileOf(q: Bacnet): string {
  const tag = q.tags.find((t) => t.kind === 'value' && !t.isContext && t.number === 12)
  const id = tag === undefined ? undefined : objectId(tag.data)
  return id === undefined ? '' : `file ${id.instance}`
}

/** What is on its way after this block: the data is in the answer of a read and in the question of a write. */
export function moved(q: Bacnet, a: Bacnet, before: MovingFile | undefined, asker: Side, sink: Sink): MovingFile | undefined {
  const isRead = q.service === READ
  const tags = isRead ? a.tags : q.tags
  const stream = within(tags, STREAM)
  const parts: readonly Tag[] = stream.length > 0 ? stream : within(tags, RECORDS)
  const start = parts.find((tag) => tag.number === INTEGER && !tag.isContext)
  const direction = isRead === (asker === 'client') ? 'to-client' : 'to-server'
  let file = before
  let isStart = start !== undefined && signed(start.data) === 0
  for (const { kind, isContext, number, data } of parts) {
    if (kind !== 'value' || isContext || number !== OCTETS) continue
    file = movePart(file, fileOf(q), direction, data, isStart, sink)
    isStart = false
  }
  return file
}
