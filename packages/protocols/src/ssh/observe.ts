import type { SeenMessage, Side } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { md5 } from '../hash/md5.ts'
import { sha256 } from '../hash/sha256.ts'
import type { Sink } from '../protocol.ts'
import { COMPRESSIONS, SYSTEMS } from './ssh.table.ts'
import { agreed, type Negotiation, type Ssh, type SshState } from './ssh.ts'

type Memory = { isTold: boolean; failures: number; isIn: boolean }
const encoder = new TextEncoder()

export function observe(seen: SeenMessage<Ssh, SshState>, sink: Sink): void {
  const { message: m, state, from } = seen
  for (const name of m.anomalies) sink.anomaly(`ssh.${name}`)
  const memory = (state.seen ??= { isTold: false, failures: 0, isIn: false }) as Memory
  if (m.kind === 'version') version(m.version, from, sink)
  if (m.negotiation !== undefined) negotiated(m.negotiation, state, memory, from, sink)
  if (m.hostKey !== undefined) sink.hint('server', 'fingerprint', `ssh host key ${fingerprint(m.hostKey)}`, 1)
  if (m.authenticated !== undefined && !isCompressed(state)) tried(m.authenticated, memory, sink)
}

function version(text: string, from: Side, sink: Sink): void {
  const shown = readable(withoutPadding(text))
  sink.hint(from, 'software', shown, 0.95)
  for (const [pattern, attribute, value] of SYSTEMS) if (pattern.test(shown)) return sink.hint(from, attribute, value, 0.7)
}

function negotiated(offer: Negotiation, state: SshState, memory: Memory, from: Side, sink: Sink): void {
  sink.hint(from, 'fingerprint', `hassh ${hassh(offer, from)}`, 0.8)
  const { client, server } = state.offers
  if (memory.isTold || client === undefined || server === undefined) return
  memory.isTold = true
  sink.say({
    kind: 'encryption.negotiated',
    version: /^SSH-\d+\.\d+/.exec(state.versions.server)?.[0] ?? 'SSH-2.0',
    cipher: agreed(client.ciphers[0], server.ciphers[0]) ?? '',
    serverName: '',
    fingerprint: hassh(client, 'client'),
    subject: '',
    issuer: '',
    notAfter: undefined,
  })
}

function tried(ok: boolean, memory: Memory, sink: Sink): void {
  if (memory.isIn) return
  memory.isIn = ok
  sink.say({ kind: 'login.tried', user: '', domain: '', method: 'ssh', ok })
  if (ok) sink.say({ kind: 'service.used', service: 'ssh', object: '', user: '', ok })
}

/** HASSH: MD5 of what one side offers for its own direction (Salesforce, HASSH 1.1). */
export function hassh(offer: Negotiation, from: Side): string {
  const way = from === 'client' ? 0 : 1
  return md5(
    encoder.encode([offer.kex, offer.ciphers[way], offer.macs[way], offer.compressions[way]].map((list) => list.join(',')).join(';')),
  )
}

export function isCompressed(state: SshState): boolean {
  const { client, server } = state.offers
  if (client === undefined || server === undefined) return false
  return COMPRESSIONS.includes(agreed(client.compressions[0], server.compressions[0]) ?? '')
}

/** As OpenSSH prints it: SHA-256 in base64 without padding. */
export function fingerprint(key: Uint8Array): string {
  const digest = sha256(key)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let bits = ''
  for (const digit of digest) bits += Number.parseInt(digit, 16).toString(2).padStart(4, '0')
  let text = ''
  for (let at = 0; at < bits.length; at += 6) text += alphabet[Number.parseInt(bits.slice(at, at + 6).padEnd(6, '0'), 2)]
  return `SHA256:${text}`
}

/** The name of the key's algorithm, first in its blob (RFC 4253 §6.6). */
export function keyType(key: Uint8Array): string {
  const length = ((key[0] ?? 0) << 24) | ((key[1] ?? 0) << 16) | ((key[2] ?? 0) << 8) | (key[3] ?? 0)
  return byteText(key.subarray(4, 4 + Math.min(Math.max(length, 0), 64)))
}
