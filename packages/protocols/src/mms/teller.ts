/** Says things of either side's questions: most are the client's, and have the sink's fast paths; TASE.2 peers ask each other. */
import type { TagValue } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { OperationStatement, Sink } from '../protocol.ts'

type Quality = 'good' | 'uncertain' | 'bad' | undefined

export function tell(side: Side, key: number | string, sink: Sink, describe: () => OperationStatement): void {
  if (side === 'server') return sink.sayFrom('server', { kind: 'operation.done', ...describe() })
  if (!sink.again(key)) sink.operation(key, describe())
}

/** As many digits as a single-precision number holds. */
function tidy(value: TagValue, dataType: string): TagValue {
  return dataType === 'float32' && typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(7)) : value
}

/** A value of the side that was asked, or that reported it: `owner`. */
export function readTag(owner: Side, tag: string, raw: TagValue, dataType: string, quality: Quality, sink: Sink): void {
  const value = tidy(raw, dataType)
  if (owner === 'server') sink.read(tag, value, dataType, undefined, quality)
  else sink.sayFrom('server', { kind: 'process.read', tag, part: undefined, value, dataType, quality, unit: undefined })
}

export function wroteTag(writer: Side, tag: string, raw: TagValue, dataType: string, ok: boolean | undefined, sink: Sink): void {
  const value = tidy(raw, dataType)
  if (writer === 'client') sink.wrote(tag, value, dataType, ok)
  else {
    const what = { tag, part: undefined, value, dataType, quality: undefined, unit: undefined, previous: undefined }
    sink.sayFrom('server', { kind: 'process.write', ...what, ok })
  }
}
