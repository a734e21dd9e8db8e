/** QUIC in the platform's words: whom the client means, what both agree on, who refuses. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { CIPHERS } from '../tls/ciphers.table.ts'
import type { Hello } from '../tls/handshake.ts'
import { ja4 } from '../tls/ja4.ts'
import { ERRORS, VERSIONS } from './quic.table.ts'
import type { Quic, QuicState } from './quic.ts'

type Memory = { client: Hello | undefined; fingerprint: string; serverName: string; isTold: boolean }

export function observe(seen: SeenMessage<Quic, QuicState>, sink: Sink): void {
  const { message: m, state, from } = seen
  if (m.kind === 'short') return
  for (const name of m.anomalies) sink.anomaly(`quic.${name}`)
  const memory = (state.seen ??= { client: undefined, fingerprint: '', serverName: '', isTold: false }) as Memory
  const hello = m.hello?.hello
  if (hello?.isClient === true) {
    memory.client = hello
    memory.fingerprint = ja4(hello, 'q')
    memory.serverName = readable(hello.serverName ?? '')
    sink.hint(from, 'fingerprint', `ja4 ${memory.fingerprint}`, 0.8)
  } else if (hello !== undefined) tell(memory, state, hello.ciphers[0], sink)
  if (m.google !== undefined) {
    memory.serverName = readable(m.google.serverName)
    sink.hint(from, 'software', readable(m.google.agent), 0.7)
    tell(memory, state, undefined, sink)
  }
  if (m.closed !== undefined && !sink.again('close')) {
    const error =
      m.closed.code >= 0x100 && m.closed.code < 0x200
        ? `TLS alert ${m.closed.code - 0x100}`
        : (ERRORS[m.closed.code] ?? `error ${m.closed.code}`)
    sink.operation('close', { operation: 'connect', object: memory.serverName, access: 'session', ok: false, error, part: undefined })
  }
}

export function ended(state: QuicState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory?.client !== undefined) tell(memory, state, undefined, sink)
}

function tell(memory: Memory, state: QuicState, cipher: number | undefined, sink: Sink): void {
  if (memory.isTold) return
  memory.isTold = true
  sink.say({
    kind: 'encryption.negotiated',
    version: `QUIC ${VERSIONS.get(state.version)?.name ?? state.version.toString(16)}`,
    cipher: cipher === undefined ? '' : (CIPHERS.get(cipher) ?? `unknown-${cipher}`),
    serverName: memory.serverName,
    fingerprint: memory.fingerprint,
    subject: '',
    issuer: '',
    notAfter: undefined,
  })
}
