/** EtherNet/IP in the platform's words: who the device says it is, sessions, and cyclic data as tags. */
import type { SeenMessage } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { hintIdentity } from '../cip/identity.ts'
import type { Sink } from '../protocol.ts'
import { COMMANDS, STATUS } from './enip.table.ts'
import type { Enip } from './enip.ts'
import type { CipIo } from './io.ts'

export function observe({ message: m, from }: SeenMessage<Enip>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`enip.${m.anomalies[i]}`)
  if (m.identity !== undefined) hintIdentity(m.identity, undefined, sink)
  // What data commands carry is CIP's to say, unless the encapsulation itself refused it.
  const isData = m.command === 0x6f || m.command === 0x70
  if (isData ? m.status === 0 || from === 'client' : from === 'client' && m.command !== 0x66) return
  const ok = m.status === 0
  const key = m.command * 256 + (m.status & 255)
  if (sink.again(key)) return
  const [operation, access] = COMMANDS[m.command] ?? [`command 0x${m.command.toString(16)}`, 'unknown']
  sink.operation(key, {
    operation: operation.toLowerCase(),
    object: '',
    access,
    ok,
    error: ok ? '' : (STATUS[m.status] ?? `status ${m.status}`).toLowerCase(),
    part: undefined,
  })
}

/** Bytes of one connection shown as its tag. */
const MAX_SHOWN = 64

export function observeIo({ message: m }: SeenMessage<CipIo>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`cip-io.${m.anomalies[i]}`)
  if (!sink.again(m.connection)) {
    const object = tagOf(m.connection)
    sink.operation(m.connection, { operation: 'cyclic data', object, access: 'write', ok: undefined, error: '', part: undefined })
  }
  // Class 1 begins with a sequence count of its own, which changes every time.
  const data = m.data.length > 2 ? m.data.subarray(2) : m.data
  if (sink.sameBytes(m.connection, data)) return
  const text = hexText(data, MAX_SHOWN)
  sink.read(tagOf(m.connection), text, 'bytes')
}

const tagOf = (connection: number): string => `connection 0x${connection.toString(16).padStart(8, '0')}`
