/** files.log's row of a message's part. */
import { derivedId } from '@isthmus/model'
import type { Flow, FlowRecord, Side } from '@isthmus/wire'
import type { PutRow } from '../protocol.ts'
import { putFile } from '../zeek-files.ts'
import type { Part } from './mail.ts'

/** States of a connection that has not been closed by either side. */
const OPEN: readonly string[] = ['S0', 'S1', 'OTH']

/** The file's id; undefined when the part has no content. `isCut` when the connection ended before the part did. */
export function logPart(
  part: Part,
  source: string,
  from: Side,
  depth: number,
  flow: Flow,
  isCut: boolean,
  put: PutRow,
): string | undefined {
  const { file } = part
  if (file.bytes === 0 && file.missing === 0) return undefined
  const id = derivedId('F', flow.uid, `${source}${part.number}${part.at}`).replace('-', '')
  const at = part.at ?? flow.startedAt
  const timedOut = isCut && isLeftOpen(flow)
  const logged = { id, flow, source, file, name: part.name, from, at, lastAt: Math.max(at, part.lastAt), total: undefined, timedOut }
  putFile(logged, put, depth)
  return id
}

/** Neither side has closed it, and nothing came for long: what ends with the capture is over for Zeek, not timed out. */
export function isLeftOpen(flow: Flow): boolean {
  const { tcp, hasExpired } = flow as FlowRecord
  return hasExpired && OPEN.includes(tcp?.connState ?? '')
}
