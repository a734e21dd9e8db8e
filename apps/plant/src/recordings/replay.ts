/**
 * Replays a recorded TLS or SSH handshake with fresh random fields: randoms, session ids, key shares, signatures, tickets,
 * cookies and everything encrypted are replaced by the seed's bytes, length for length. To anyone without the keys,
 * and nobody has them, the result is as good as another session of the same two stacks.
 */
import { readFileSync } from 'node:fs'
import type { Turn } from '../network/tcp.ts'
import type { Random } from '../random.ts'

export type RecordingName =
  | 'news'
  | 'suite'
  | 'historian'
  | 'webmail'
  | 'jump-desktop'
  | 'engineering-desktop'
  | 'intranet-shell'
  | 'historian-shell'

const recordings = JSON.parse(readFileSync(new URL('sessions.json', import.meta.url), 'utf8')) as Record<
  RecordingName,
  [by: 'c' | 's', base64: string][]
>

function turnsOf(name: RecordingName): { by: 'c' | 's'; bytes: Buffer }[] {
  return recordings[name].map(([by, base64]) => ({ by, bytes: Buffer.from(base64, 'base64') }))
}

// TLS 1.2: RFC 5246 §6.2, §7.4; TLS 1.3: RFC 8446 §4, §5.
const HANDSHAKE = 22
const CHANGE_CIPHER = 20
const APPLICATION = 23
const ALERT = 21
const CLIENT_HELLO = 1
const SERVER_HELLO = 2
const NEW_TICKET = 4
const SERVER_KEY_EXCHANGE = 12
const CLIENT_KEY_EXCHANGE = 16
const KEY_SHARE = 51

/** A TLS handshake of its own. */
export function tlsHandshake(name: RecordingName, random: Random): Turn[] {
  const turns = turnsOf(name)
  const sealed = { c: false, s: false }
  const sessionId = random.bytes(32)
  for (const { by, bytes } of turns) {
    for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
      const body = bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3))
      const kind = bytes[at]
      if (kind === CHANGE_CIPHER) sealed[by] = true
      else if (kind === APPLICATION || sealed[by]) body.set(random.bytes(body.length))
      else if (kind === HANDSHAKE) freshenHandshake(body, random, sessionId)
    }
  }
  return turns
}

function freshenHandshake(record: Buffer, random: Random, sessionId: Uint8Array): void {
  for (let at = 0; at + 4 <= record.length; at += 4 + record.readUIntBE(at + 1, 3)) {
    const body = record.subarray(at + 4, at + 4 + record.readUIntBE(at + 1, 3))
    const fill = (from: number, length: number): void => body.set(random.bytes(length), from)
    switch (record[at]) {
      case CLIENT_HELLO:
      case SERVER_HELLO:
        fill(2, 32)
        // A 1.3 server repeats the client's session id, so one value serves both.
        body.set(sessionId.subarray(0, body[34]), 35)
        freshenShare(body, record[at] === CLIENT_HELLO, random)
        break
      case SERVER_KEY_EXCHANGE: {
        // Named curve (3), key with its length, algorithm (2), signature with its length (2).
        const key = body[3]!
        fill(4, key)
        fill(4 + key + 4, body.readUInt16BE(4 + key + 2))
        break
      }
      case CLIENT_KEY_EXCHANGE:
        fill(1, body[0]!)
        break
      case NEW_TICKET:
        fill(6, body.readUInt16BE(4))
        break
    }
  }
}

/** The key_share extension's one key, of 32 bytes: every recording uses X25519. */
function freshenShare(hello: Buffer, client: boolean, random: Random): void {
  let at = 35 + hello[34]!
  at += client ? 2 + hello.readUInt16BE(at) : 2
  at += client ? 1 + hello[at]! : 1
  for (at += 2; at + 4 <= hello.length; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) !== KEY_SHARE) continue
    const from = at + 4 + (client ? 2 : 0) + 4
    hello.set(random.bytes(32), from)
  }
}

/** Encrypted application data of about `length` bytes, in records of at most 16 KiB. */
export function applicationData(random: Random, length: number): Buffer {
  const parts: Buffer[] = []
  for (let left = length; left > 0; left -= 16_384) parts.push(tlsRecord(APPLICATION, random.bytes(Math.min(left, 16_384) + 24)))
  return Buffer.concat(parts)
}

/** The encrypted alert that closes a session. */
export function closeAlert(random: Random): Buffer {
  return tlsRecord(ALERT, random.bytes(26))
}

function tlsRecord(kind: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(kind, 3, 3, body.length >> 8, body.length & 0xff), body])
}

// SSH: RFC 4253 §6, §7; RFC 8731 for the curve's messages.
const KEXINIT = 20
const NEWKEYS = 21
const ECDH_INIT = 30
const ECDH_REPLY = 31
/** hmac-sha2-256 */
const TAG = 32

/** An SSH session of its own, message by message: what follows the new keys is noise of the recorded lengths. */
export function sshSession(name: RecordingName, random: Random): Turn[] {
  const state = { c: { held: Buffer.alloc(0), greeted: false, sealed: false }, s: { held: Buffer.alloc(0), greeted: false, sealed: false } }
  const turns: Turn[] = []
  for (const { by, bytes } of turnsOf(name)) {
    const side = state[by]
    // The recorded segments may end inside a message; here each message is spoken whole, when its last byte came.
    side.held = Buffer.concat([side.held, bytes])
    for (let length = nextLength(side); length > 0 && length <= side.held.length; length = nextLength(side)) {
      const message = side.held.subarray(0, length)
      side.held = side.held.subarray(length)
      if (!side.greeted) side.greeted = true
      // With a code over the ciphertext (-etm) the length stays readable.
      else if (side.sealed) message.set(random.bytes(length - 4), 4)
      else {
        freshenMessage(message.subarray(5), random)
        side.sealed = message[5] === NEWKEYS
      }
      turns.push({ by, bytes: message })
    }
  }
  return turns
}

/** Bytes of the next message: the greeting line, or a packet, or a packet with its code; 0 while that is not known. */
function nextLength({ held, greeted, sealed }: { held: Buffer; greeted: boolean; sealed: boolean }): number {
  if (!greeted) return held.indexOf(0x0a) + 1
  return held.length < 4 ? 0 : 4 + held.readUInt32BE(0) + (sealed ? TAG : 0)
}

function freshenMessage(message: Buffer, random: Random): void {
  const string = (at: number): Buffer => message.subarray(at + 4, at + 4 + message.readUInt32BE(at))
  if (message[0] === KEXINIT) message.set(random.bytes(16), 1)
  if (message[0] === ECDH_INIT) string(1).set(random.bytes(32))
  if (message[0] === ECDH_REPLY) {
    const hostKey = string(1)
    const point = string(5 + hostKey.length)
    point.set(random.bytes(point.length))
    const signature = string(9 + hostKey.length + point.length)
    const name = signature.readUInt32BE(0)
    signature.set(random.bytes(signature.length - 8 - name), 8 + name)
  }
}
