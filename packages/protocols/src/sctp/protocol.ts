/**
 * SCTP: associations between two hosts, each with several streams of messages; telephony and mobile networks speak through it.
 *
 *   | source port u16 | target port u16 | tag u32 | checksum u32 | chunks: type u8, flags u8, length u16, value, padding … |
 *   data: | number u32 | stream u16 | stream number u16 | payload protocol u32 | bytes … |   big-endian
 *
 * Spec: RFC 9260 §3.
 */
import { type Carried, type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { CAUSES, CHUNKS, PAYLOADS } from './sctp.table.ts'

export type Chunk = { readonly type: number; readonly payload: number; readonly cause: number; readonly whole: Uint8Array | undefined }
export type Sctp = { source: number; target: number; chunks: Chunk[]; anomalies: ('truncated' | 'bad-length' | 'unknown-chunk')[] }

const HEAD = 12
const MAX_CHUNKS = 128
const DATA = 0
const OPEN = 1
const ABORT = 6
/** First and last fragment: a message that is whole. */
const WHOLE = 3

const dissector: Dissector<Sctp> = {
  name: 'sctp',
  ports: ['ip/132'],
  maxFrame: 65_535,
  frame: (head) => (head.left < HEAD ? NEED_MORE : head.left < HEAD + 4 || CHUNKS[head.peek(HEAD)] === undefined ? NOT_MINE : head.left),
  parse(r) {
    const m: Sctp = { source: r.u16('source port'), target: r.u16('target port'), chunks: [], anomalies: [] }
    r.u32('tag')
    r.u32('checksum')
    while (r.left >= 4 && m.chunks.length < MAX_CHUNKS) {
      const type = r.u8('chunk')
      r.note(CHUNKS[type] ?? 'unknown')
      const flags = r.u8('flags')
      const length = r.u16('length')
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      if (CHUNKS[type] === undefined && !m.anomalies.includes('unknown-chunk')) m.anomalies.push('unknown-chunk')
      const body = r.sub(length - 4, 'value')
      m.chunks.push(chunk(body, type, flags))
      if (body.short) r.short = true
      r.skip(Math.min(-length & 3, r.left), 'padding')
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  carries(m): Carried[] | undefined {
    const all: Carried[] = []
    for (const { payload, whole } of m.chunks)
      if (whole !== undefined && whole.length > 0) all.push({ over: `sctp/${payload}`, bytes: whole })
    return all.length === 0 ? undefined : all
  },
  side(head) {
    const type = head.peek(HEAD)
    return type === OPEN ? 'client' : type === OPEN + 1 ? 'server' : undefined
  },
}

function chunk(r: Reader, type: number, flags: number): Chunk {
  if (type === DATA && r.left >= 12) {
    r.u32('number')
    r.u16('stream')
    r.u16('stream number')
    const payload = r.u32('payload protocol')
    r.note(PAYLOADS[payload] ?? '')
    const bytes = r.view(r.left, 'data')
    return { type, payload, cause: 0, whole: (flags & WHOLE) === WHOLE ? bytes : undefined }
  }
  const cause = (type === ABORT || type === 9) && r.left >= 4 ? r.u16('cause') : 0
  r.view(r.left, 'content')
  return { type, payload: 0, cause, whole: undefined }
}

function observe({ message: m, from }: SeenMessage<Sctp>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`sctp.${name}`)
  for (const c of m.chunks) {
    const ports = `${m.source} to ${m.target}`
    if (c.type === DATA) {
      once(sink, 'data', PAYLOADS[c.payload] ?? `payload protocol ${c.payload}`, 'session')
      if (c.payload === 46 || c.payload === 47) sink.hint(from, 'role', 'diameter node', 0.7)
      else if (c.payload >= 1 && c.payload <= 6) sink.hint(from, 'role', 'signalling node', 0.7)
      else if (c.payload === 18 || c.payload === 27 || (c.payload >= 60 && c.payload <= 62))
        sink.hint(from, 'role', 'mobile network node', 0.7)
    } else if (c.type === OPEN) once(sink, 'open association', ports, 'session', { ok: undefined })
    else if (c.type === ABORT) once(sink, 'abort', ports, 'session', { ok: false, error: CAUSES[c.cause] ?? 'aborted' })
    else if (c.type === OPEN + 1 || c.type === 7) once(sink, CHUNKS[c.type]!, ports, 'session')
  }
}

/** Zeek itself has no word for it in conn.log. */
export const sctp: Protocol<Sctp> = { dissector, service: '', observe }
