/**
 * Mailboxes: acyclic services between master and devices, in the memory behind the registers.
 *
 *   | length u16 | address u16 | channel 6 bits, priority 2 bits | counter 4 bits, type 4 bits | … |   little-endian
 *
 * Spec: ETG.1000-6 §5.6 (CoE: CANopen, FoE: files, SoE: drives), ETG.1020 (AoE: ADS).
 */
import { Reader } from '@isthmus/wire'
import { COE, SDO } from './coe.table.ts'

export const MAIL = { ads: 1, ethernet: 2, canopen: 3, file: 4, drive: 5, vendor: 15 } as const

export type CanOpen = {
  readonly kind: 'canopen'
  readonly number: number
  readonly type: number
  /** Command byte of a request or answer. */
  readonly command: number
  readonly index: number
  readonly subindex: number
  /** The four bytes behind the subindex: a value, a size, an abort code. */
  readonly word: number
  /** The value as far as this message has it. Borrowed. */
  readonly value: Uint8Array
}
export type FileAccess = {
  readonly kind: 'file'
  readonly operation: number
  readonly reserved: number
  /** Password of a request, packet number of data and acknowledgement, code of an error. */
  readonly number: number
  readonly text: string
  readonly data: Uint8Array
  /** The eight bytes that ICSNPP reads as packet number and error code. */
  readonly words: readonly [packet: number, error: number]
}
export type Drive = {
  readonly kind: 'drive'
  readonly operation: number
  readonly hasMore: boolean
  readonly hasError: boolean
  readonly drive: number
  readonly index: number
  readonly bytes: Uint8Array
}
export type Ads = {
  readonly kind: 'ads'
  readonly target: string
  readonly targetPort: number
  readonly sender: string
  readonly senderPort: number
  readonly command: number
  readonly flags: number
  readonly data: Uint8Array
}
export type Other = { readonly kind: 'other'; readonly type: number }
export type Mail = CanOpen | FileAccess | Drive | Ads | Other

const HEADER = 6
const EMPTY = new Uint8Array(0)
/** Upper half of the last header byte counts 0 to 7. */
const MAX_COUNTER = 7

/** Undefined where the bytes are process data rather than a mailbox. */
export function readMail(data: Uint8Array): Mail | undefined {
  if (data.length < HEADER) return undefined
  const length = data[0]! | (data[1]! << 8)
  const type = data[5]! & 15
  if (data.length < HEADER + length || length === 0 || data[5]! >> 4 > MAX_COUNTER) return undefined
  const r = new Reader(data, HEADER, HEADER + length)
  switch (type) {
    case MAIL.canopen:
      return length < 10 ? undefined : canopen(r)
    case MAIL.file:
      return length < 6 ? undefined : file(r)
    case MAIL.drive:
      return length < 4 ? undefined : drive(r)
    case MAIL.ads:
      return length < 32 ? undefined : ads(r)
    case MAIL.ethernet:
      return { kind: 'other', type }
    default:
      return undefined
  }
}

function canopen(r: Reader): CanOpen {
  const number = r.u8()
  const type = r.u8() >> 4
  const command = r.u8()
  const index = r.u16le()
  const subindex = r.u8()
  const word = r.u32le()
  const at = r.at
  let value: Uint8Array = EMPTY
  if (type === COE.request || type === COE.answer) {
    const service = command >> 5
    const carries = type === COE.request ? service === SDO.download : service === SDO.upload
    // Bit 1: the value is in the four bytes, bits 2 and 3 tell how many of them are not; else their number stands there.
    if (carries && (command & 2) !== 0) value = r.bytes.subarray(at - 4, at - ((command >> 2) & 3) * (command & 1))
    else if (carries) value = r.view(Math.min(word, r.left))
  }
  return { kind: 'canopen', number, type, command, index, subindex, word, value }
}

function file(r: Reader): FileAccess {
  const operation = r.u8()
  const reserved = r.u8()
  const number = r.u32le()
  const rest = r.view(r.left)
  const words = new Reader(rest)
  const hasText = operation === 1 || operation === 2 || operation === 5
  return {
    kind: 'file',
    operation,
    reserved,
    number,
    text: hasText ? new Reader(rest).text(Math.min(rest.length, 256)) : '',
    data: operation === 3 ? rest : EMPTY,
    words: [words.u32le(), words.u32le()],
  }
}

function drive(r: Reader): Drive {
  const bytes = r.bytes.subarray(r.at, Math.min(r.end, r.at + 7))
  const first = r.u8()
  r.u8()
  return {
    kind: 'drive',
    operation: first & 7,
    hasMore: (first & 8) !== 0,
    hasError: (first & 16) !== 0,
    drive: first >> 5,
    index: r.u16le(),
    bytes,
  }
}

function ads(r: Reader): Ads {
  const target = netId(r.view(6))
  const targetPort = r.u16le()
  const sender = netId(r.view(6))
  const senderPort = r.u16le()
  const command = r.u16le()
  const flags = r.u16le()
  r.skip(12)
  return { kind: 'ads', target, targetPort, sender, senderPort, command, flags, data: r.view(r.left) }
}

/** As ICSNPP writes it: the last byte first, like a MAC address. */
function netId(bytes: Uint8Array): string {
  return [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':')
}
