/** TFTP in the platform's words: who fetched or placed which file. Files move without a login: boot images, configurations. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { sayFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import type { Tftp, TftpState, Transfer } from './tftp.ts'

const ERRORS = [
  'not defined',
  'file not found',
  'access violation',
  'disk full',
  'illegal operation',
  'unknown transfer id',
  'file exists',
  'no such user',
  'options refused',
]

export function observe({ message: m, state }: SeenMessage<Tftp, TftpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`tftp.${name}`)
  const { transfer } = state
  if (transfer === undefined) return
  if (m.opcode === 5) settle(transfer, false, m.text || (ERRORS[m.code] ?? `error ${m.code}`), state, sink)
  // A block below the agreed size is the last.
  else if (m.opcode === 3 && m.code === 1) settle(transfer, true, '', state, sink)
}

export function ended(state: TftpState, sink: Sink): void {
  const { transfer } = state
  if (transfer === undefined || (!state.isAnswer && transfer.isAnswered)) return
  transfer.file.lost(0)
  settle(transfer, undefined, '', state, sink)
}

function settle(transfer: Transfer, ok: boolean | undefined, error: string, state: TftpState, sink: Sink): void {
  if (transfer.isTold) return
  transfer.isTold = true
  const name = readable(transfer.name)
  const direction = transfer.isWrite ? 'to-server' : 'to-client'
  // The answer's conversation was opened by the server: whoever asked is at its other end.
  const asker = state.isAnswer ? 'server' : 'client'
  const access = transfer.isWrite ? 'write' : 'read'
  sink.sayFrom(asker, { kind: 'operation.done', operation: `${access} file`, object: name, access, ok, error, part: undefined })
  sayFile({ name, direction, file: transfer.file, asker }, sink)
  sink.hint(state.isAnswer ? 'client' : 'server', 'role', transfer.isAnswered ? 'tftp server' : undefined, 0.7)
}
