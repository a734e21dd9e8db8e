/** NTLM messages inside SPNEGO, written from [MS-NLMP] and RFC 4178: how Windows hosts sign in to each other's shares. */
import type { Random } from '../random.ts'

export type Credentials = { readonly user: string; readonly domain: string; readonly workstation: string }

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')
/** [MS-NLMP] §2.2.2.5: Unicode, request target, sign, NTLM, always sign, extended security, target info, version, 128, key exchange, 56. */
const FLAGS = 0xe288_8215
/** [MS-NLMP] §2.2.2.10: major, minor, build, 3 reserved, revision 15. */
const WINDOWS_10 = Buffer.of(10, 0, 0x65, 0x4a, 0, 0, 0, 15)
const SERVER_2019 = Buffer.of(10, 0, 0x63, 0x45, 0, 0, 0, 15)

const NTLM_OID = Buffer.from('060a2b06010401823702020a', 'hex')
const SPNEGO_OID = Buffer.from('06062b0601050502', 'hex')

/** The server's offer in its negotiate answer: NTLM only. */
export function offer(): Buffer {
  return der(0x60, Buffer.concat([SPNEGO_OID, der(0xa0, der(0x30, der(0xa0, der(0x30, NTLM_OID))))]))
}

/** First message, wrapped for the session set-up. */
export function negotiate(): Buffer {
  const message = Buffer.alloc(40)
  SIGNATURE.copy(message)
  message.writeUInt32LE(1, 8)
  message.writeUInt32LE(0xe208_8297, 12)
  WINDOWS_10.copy(message, 32)
  const tokens = Buffer.concat([der(0xa0, der(0x30, NTLM_OID)), der(0xa2, der(0x04, message))])
  return der(0x60, Buffer.concat([SPNEGO_OID, der(0xa0, der(0x30, tokens))]))
}

/** The server's challenge: its names are what an inventory learns from. */
export function challenge(random: Random, server: { name: string; domain: string; dns: string }, atMicros: number): Buffer {
  const info = targetInfo(server, atMicros)
  const target = utf16(server.domain)
  const message = Buffer.alloc(56 + target.length + info.length)
  SIGNATURE.copy(message)
  message.writeUInt32LE(2, 8)
  field(message, 12, target.length, 56)
  message.writeUInt32LE(FLAGS, 20)
  message.set(random.bytes(8), 24)
  field(message, 40, info.length, 56 + target.length)
  SERVER_2019.copy(message, 48)
  target.copy(message, 56)
  info.copy(message, 56 + target.length)
  return der(0xa1, der(0x30, Buffer.concat([der(0xa0, Buffer.of(0x0a, 1, 1)), der(0xa1, NTLM_OID), der(0xa2, der(0x04, message))])))
}

/** The client's proof. The response's bytes are noise of the right shape: nothing here knows a password. */
export function authenticate(
  random: Random,
  who: Credentials,
  server: { name: string; domain: string; dns: string },
  atMicros: number,
): Buffer {
  const blob = Buffer.concat([
    Buffer.of(1, 1, 0, 0, 0, 0, 0, 0),
    fileTime(atMicros),
    random.bytes(8),
    Buffer.alloc(4),
    targetInfo(server, atMicros),
    Buffer.alloc(4),
  ])
  const response = Buffer.concat([random.bytes(16), blob])
  const parts = [utf16(who.domain), utf16(who.user), utf16(who.workstation), Buffer.alloc(24), response, Buffer.from(random.bytes(16))]
  const at: number[] = []
  let next = 88
  for (const part of parts) {
    at.push(next)
    next += part.length
  }
  const message = Buffer.alloc(next)
  SIGNATURE.copy(message)
  message.writeUInt32LE(3, 8)
  const order = [3, 4, 0, 1, 2, 5]
  for (const [i, part] of order.entries()) field(message, 12 + 8 * i, parts[part]!.length, at[part]!)
  message.writeUInt32LE(FLAGS, 60)
  WINDOWS_10.copy(message, 64)
  message.set(random.bytes(16), 72)
  for (const [i, part] of parts.entries()) part.copy(message, at[i]!)
  return der(0xa1, der(0x30, der(0xa2, der(0x04, message))))
}

/** Accepted: the negotiation is complete. */
export function accepted(): Buffer {
  return der(0xa1, der(0x30, der(0xa0, Buffer.of(0x0a, 1, 0))))
}

/** [MS-NLMP] §2.2.2.1: domain 2, computer 1, DNS domain 4, DNS computer 3, time 7, end 0. */
function targetInfo(server: { name: string; domain: string; dns: string }, atMicros: number): Buffer {
  const pair = (id: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(id, 0)
    head.writeUInt16LE(value.length, 2)
    return Buffer.concat([head, value])
  }
  return Buffer.concat([
    pair(2, utf16(server.domain)),
    pair(1, utf16(server.name)),
    pair(4, utf16(server.dns)),
    pair(3, utf16(`${server.name.toLowerCase()}.${server.dns}`)),
    pair(7, fileTime(atMicros)),
    pair(0, Buffer.alloc(0)),
  ])
}

/** 100 ns since 1601. */
export function fileTime(atMicros: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(BigInt(Math.round(atMicros)) * 10n + 116_444_736_000_000_000n)
  return out
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

function field(message: Buffer, at: number, length: number, offset: number): void {
  message.writeUInt16LE(length, at)
  message.writeUInt16LE(length, at + 2)
  message.writeUInt32LE(offset, at + 4)
}

/** One DER value; lengths over 127 take the long form. */
function der(tag: number, value: Buffer): Buffer {
  const n = value.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), value])
}
