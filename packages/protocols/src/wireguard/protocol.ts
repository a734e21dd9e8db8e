/**
 * WireGuard: four messages of fixed form around encrypted packets. Nothing but who talks to whom, and when keys are made, is visible.
 *
 *   | type u8 | 0 0 0 | … |  1 initiation (148 bytes): sender u32; 2 response (92): sender, receiver; 3 cookie (64): receiver;
 *   4 data (32 and more, by 16): receiver u32, counter u64, packet …   little-endian
 *   Tailscale's discovery on the same port: | "TS💬" 6 | sender's key 32 | nonce 24 | box … |
 *
 * Spec: J. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", §5.4; Tailscale's disco package as published.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import type { LogSpec, Protocol, PutRow, Sink } from '../protocol.ts'

export type WireGuard = {
  kind: 'initiation' | 'response' | 'cookie' | 'data' | 'discovery'
  sender: number
  receiver: number
  counter: bigint
  anomalies: 'truncated'[]
}
export type WireGuardState = {
  recognised: boolean
  initiations: number
  responses: number
  sender: number | undefined
  established: boolean
}

const SIZES: Readonly<Record<number, number>> = { 1: 148, 2: 92, 3: 64 }
const KINDS = ['initiation', 'response', 'cookie', 'data'] as const
const MIN_DATA = 32
/** Different bytes among sixteen random ones: fewer happen once in a million. */
const MIN_VARIETY = 11
const DISCOVERY = [0x54, 0x53, 0xf0, 0x9f, 0x92, 0xac]
const MIN_DISCOVERY = 6 + 32 + 24

const dissector: Dissector<WireGuard, WireGuardState> = {
  name: 'wireguard',
  ports: ['udp/51820', 'udp/41641'],
  maxFrame: 65_535,
  start: () => ({ recognised: false, initiations: 0, responses: 0, sender: undefined, established: false }),
  frame(head, { state }) {
    const all = head.left
    if (all < 4) return NEED_MORE
    if (DISCOVERY.every((c, i) => head.peek(i) === c)) return all >= MIN_DISCOVERY ? all : NOT_MINE
    const type = head.peek()
    if (type < 1 || type > 4 || head.peek(1) !== 0 || head.peek(2) !== 0 || head.peek(3) !== 0) return NOT_MINE
    if (type < 4) return all === SIZES[type] ? all : NOT_MINE
    if (all < MIN_DATA) return NOT_MINE
    // Packets are padded to 16 bytes, but never beyond what the link takes.
    return state.recognised || (all % 16 === 0 && looksLikeData(head)) ? all : NOT_MINE
  },
  parse(r, { state }) {
    state.recognised = true
    const m: WireGuard = { kind: 'discovery', sender: 0, receiver: 0, counter: 0n, anomalies: [] }
    if (r.peek() === DISCOVERY[0]) discovery(r)
    else message(r, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

/** Before a handshake was seen: a counter below 2^32, and at the end a tag, which is as good as random. */
function looksLikeData(head: Reader): boolean {
  for (let i = 12; i < 16; i++) if (head.peek(i) !== 0) return false
  const tag = new Set<number>()
  for (let i = head.left - 16; i < head.left; i++) tag.add(head.peek(i))
  return tag.size >= MIN_VARIETY
}

function discovery(r: Reader): void {
  r.view(6, 'mark')
  r.view(32, 'sender’s key')
  r.view(24, 'nonce')
  r.view(r.left, 'sealed')
}

function message(r: Reader, m: WireGuard): void {
  const type = r.u8('type')
  m.kind = KINDS[type - 1] ?? 'data'
  r.note(m.kind)
  r.skip(3, 'reserved')
  if (type < 3) m.sender = r.u32le('sender')
  if (type > 1) m.receiver = r.u32le('receiver')
  if (type === 4) m.counter = r.u64le('counter')
  r.view(r.left, type === 4 ? 'encrypted packet' : 'keys and proofs')
}

function observe(seen: SeenMessage<WireGuard, WireGuardState>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`wireguard.${name}`)
  if (m.kind === 'discovery') sink.hint(seen.from, 'software', 'Tailscale', 0.8)
  if (m.kind === 'initiation') {
    state.initiations++
    state.sender = m.sender
  } else if (m.kind === 'response') {
    state.responses++
    if (state.sender !== m.receiver) return
    if (!state.established) {
      sink.hint(seen.from, 'role', 'vpn peer', 0.8)
      sink.say({
        kind: 'encryption.negotiated',
        version: 'WireGuard 1',
        cipher: 'CHACHA20_POLY1305',
        serverName: '',
        fingerprint: '',
        subject: '',
        issuer: '',
        notAfter: undefined,
      })
    }
    state.established = true
    if (!sink.again('keys')) sink.operation('keys', operation('keys made', true))
  } else if (m.kind === 'cookie' && !sink.again('cookie')) sink.operation('cookie', operation('refused under load', false))
}

function ended(state: WireGuardState, sink: Sink): void {
  if (state.initiations > 0 && state.responses === 0) sink.operation('tried', operation('keys asked for', undefined))
}

function operation(name: string, ok: boolean | undefined) {
  return { operation: name, object: '', access: 'session', ok, error: '', part: undefined } as const
}

const logs: Readonly<Record<string, LogSpec>> = {
  wireguard: {
    columns: [
      ['established', 'bool'],
      ['initiations', 'count'],
      ['responses', 'count'],
    ],
  },
}

function zeekEnded({ state, flow }: SeenMessage<WireGuard | undefined, WireGuardState>, put: PutRow): void {
  if (state.initiations + state.responses > 0) put('wireguard', [state.established, state.initiations, state.responses], flow.startedAt)
}

/** The log is that of Zeek's WireGuard package; Zeek itself has no word for it in conn.log. */
export const wireguard: Protocol<WireGuard, WireGuardState> = { dissector, service: '', observe, ended, logs, zeekEnded }
