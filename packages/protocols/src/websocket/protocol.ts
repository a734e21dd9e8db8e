import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, OPCODES, type WebSocket, type WebSocketState } from './websocket.ts'

/** RFC 6455 §7.4.1: what is no error. */
const ORDERLY: ReadonlySet<number> = new Set([0, 1000, 1001])

function observe({ message: m, state }: SeenMessage<WebSocket, WebSocketState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`websocket.${name}`)
  if (!state.isTold) {
    state.isTold = true
    sink.say({ kind: 'service.used', service: 'websocket', object: '', user: '', ok: true })
  }
  const isOrderly = ORDERLY.has(m.code)
  once(
    sink,
    OPCODES[m.opcode] ?? 'unknown',
    '',
    'session',
    isOrderly ? undefined : { ok: false, error: `${m.code} ${readable(m.reason)}`.trim() },
  )
}

export const websocket: Protocol<WebSocket, WebSocketState> = { dissector, service: 'websocket', observe }
