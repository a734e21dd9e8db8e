/** Says an operation without a question and an answer of its own: once, then it is counted. */
import type { Access } from '@isthmus/model'
import type { Sink } from './protocol.ts'

export function once(sink: Sink, operation: string, object: string, access: Access, ok: boolean | undefined = true, error = ''): void {
  const key = `${operation} ${object} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part: undefined })
}
