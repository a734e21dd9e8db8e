/** Says an operation without a question and an answer of its own: once, then it is counted. */
import type { Access } from '@isthmus/model'
import type { Sink } from './protocol.ts'

type Outcome = { readonly ok: boolean | undefined; readonly error?: string }
const DONE: Outcome = { ok: true }

export function once(sink: Sink, operation: string, object: string, access: Access, { ok, error = '' }: Outcome = DONE): void {
  const key = `${operation} ${object} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part: undefined })
}
