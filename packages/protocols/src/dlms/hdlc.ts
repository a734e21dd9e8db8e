/**
 * HDLC frames of IEC 62056-46, as meters' serial lines and gateways carry them.
 *
 *   | 7e | a l ll (format 3, segmentation bit 0x08, length u11) | destination | source | control | (HCS u16 | information) | FCS u16 | 7e |
 *
 * Addresses end with the octet whose lowest bit is set.
 */
import type { Reader } from '@isthmus/wire'

export const FLAG = 0x7e
const LEAST = 7

export type Hdlc = {
  readonly destination: number
  readonly source: number
  readonly control: number
  readonly isSegment: boolean
  readonly isChecked: boolean
  /** Without the LLC octets. Borrowed. */
  readonly information: Uint8Array
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0x8408
  return crc
})

/** The check of ISO/IEC 13239: low octet first. */
export function isChecked(bytes: Uint8Array, at: number, end: number): boolean {
  let crc = 0xffff
  for (let i = at; i < end - 2; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >> 8)
  crc = ~crc & 0xffff
  return bytes[end - 2] === (crc & 0xff) && bytes[end - 1] === crc >> 8
}

/** Bytes of the frame at the cursor with both flags; 0 when too few are there, -1 when it is none. */
export function hdlcSize(head: Reader): number {
  if (head.left < 3) return head.left > 1 && head.peek(1) >> 4 !== 0xa ? -1 : 0
  if (head.peek(0) !== FLAG || head.peek(1) >> 4 !== 0xa) return -1
  const length = ((head.peek(1) & 7) << 8) | head.peek(2)
  if (length < LEAST) return -1
  if (head.left >= length + 2) {
    if (head.peek(length + 1) !== FLAG || !isChecked(head.bytes, head.at + 1, head.at + 1 + length)) return -1
  }
  return length + 2
}

export function readHdlc(r: Reader): Hdlc {
  r.skip(1, 'flag')
  const from = r.at
  const format = r.u16('format')
  const length = format & 0x7ff
  const isWhole = r.bytes.length >= from + length
  const frame = r.sub(Math.max(0, length - 2), 'frame')
  const destination = address(frame, 'destination')
  const source = address(frame, 'source')
  const control = frame.u8('control')
  if (frame.left > 2) frame.u16('header check')
  if (frame.peek(0) === 0xe6 && (frame.peek(1) === 0xe6 || frame.peek(1) === 0xe7) && frame.peek(2) === 0) frame.skip(3, 'LLC')
  const information = frame.view(Math.max(0, frame.left - 2), 'information')
  if (frame.left > 0) frame.u16('check')
  r.skip(1, 'flag')
  const isGood = isWhole && isChecked(r.bytes, from, from + length)
  return { destination, source, control, isSegment: (format & 0x0800) !== 0, isChecked: isGood, information }
}

/** Up to four octets of seven bits each. */
function address(r: Reader, label: string): number {
  let value = 0
  for (let n = 0; n < 4; n++) {
    const octet = r.u8(label)
    value = value * 128 + (octet >> 1)
    if ((octet & 1) !== 0 || r.short) break
  }
  return value
}

/** What a control octet is: information, supervisory, or an unnumbered function by name. */
export function controlName(control: number): string {
  if ((control & 1) === 0) return 'information'
  const kind = control & 0xef
  if (kind === 0x83) return 'SNRM'
  if (kind === 0x63) return 'UA'
  if (kind === 0x43) return 'DISC'
  if (kind === 0x0f) return 'DM'
  if (kind === 0x87) return 'FRMR'
  if (kind === 0x03) return 'UI'
  return (control & 0x0f) === 0x01 ? 'receive ready' : (control & 0x0f) === 0x05 ? 'receive not ready' : `control 0x${control.toString(16)}`
}
