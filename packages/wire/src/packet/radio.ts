/**
 * IEEE 802.15.4 frames as captured from the radio: addresses of two or eight octets take the place of Ethernet's, the frame itself is
 * handed on under EtherType 0x809a. Spec: IEEE 802.15.4-2006 §7.2.1.
 *
 * A short address becomes `02:15` with PAN and address, a long one loses the two octets in its middle (ff:fe in those made of a MAC).
 */
import type { Packet } from './packet.ts'

export const RADIO = 0x809a
/** Both ends of the frame at hand: read before the next frame. */
const macs = new Uint8Array(12)
const ACKNOWLEDGEMENT = 2
const SHORT = 2
const LONG = 3
const BROADCAST = 0xffff

/** `check` octets at the end are the frame's check sequence. */
export function decodeRadio(p: Packet, at: number, check: number): boolean {
  const { bytes, frameEnd } = p
  if (frameEnd - at < 3 + check) return refused(p, 'link-truncated')
  const control = bytes[at]! | (bytes[at + 1]! << 8)
  // Acknowledgements name nobody.
  if ((control & 7) === ACKNOWLEDGEMENT) return refused(p, 'ieee802154-acknowledgement')
  const [to, from] = [(control >> 10) & 3, (control >> 14) & 3]
  let here = at + ((control & 0x0100) === 0 ? 3 : 2)
  let pan = 0
  if (to !== 0) {
    pan = bytes[here]! | (bytes[here + 1]! << 8)
    here += 2
  }
  here = address(bytes, here, to, pan, 0)
  if (from !== 0 && (control & 0x40) === 0) {
    pan = bytes[here]! | (bytes[here + 1]! << 8)
    here += 2
  }
  here = address(bytes, here, from, pan, 6)
  if (here > frameEnd) return refused(p, 'link-truncated')
  p.macAt = 0
  p.macs = macs
  p.etherType = RADIO
  p.linkPayloadAt = at
  p.linkPayloadEnd = frameEnd - check
  return true
}

/** A header of typed values before the frame: the first says which check it has. */
export function decodeRadioTap(p: Packet, at: number): boolean {
  const { bytes, frameEnd } = p
  if (frameEnd - at < 12) return refused(p, 'link-truncated')
  const size = bytes[at + 2]! | (bytes[at + 3]! << 8)
  const isCheck = bytes[at + 4] === 0 && bytes[at + 5] === 0
  return decodeRadio(p, at + size, isCheck ? (bytes[at + 8] ?? 0) * 2 : 0)
}

function refused(p: Packet, why: string): boolean {
  p.anomaly = why
  return false
}

function address(bytes: Uint8Array, at: number, mode: number, pan: number, into: number): number {
  if (mode === SHORT) {
    const short = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    if (short === BROADCAST) macs.fill(0xff, into, into + 6)
    else macs.set([0x02, 0x15, pan >> 8, pan & 0xff, short >> 8, short & 0xff], into)
    return at + 2
  }
  macs.fill(0, into, into + 6)
  if (mode !== LONG) return at
  // Least significant octet first.
  for (let n = 0; n < 3; n++) {
    macs[into + n] = bytes[at + 7 - n] ?? 0
    macs[into + 3 + n] = bytes[at + 2 - n] ?? 0
  }
  return at + 8
}
