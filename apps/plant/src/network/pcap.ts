/** Capture file bytes: the classic format, microseconds, little-endian, link type Ethernet (draft-ietf-opsawg-pcap). */

export type Packet = { readonly at: number; readonly bytes: Uint8Array }

export const SNAP_LENGTH = 262144

export function pcapHeader(): Uint8Array {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(SNAP_LENGTH, 16)
  header.writeUInt32LE(1, 20)
  return header
}

/** Packet records in one block; `at` in microseconds since 1970. */
export function pcapRecords(packets: readonly Packet[]): Uint8Array {
  let size = 0
  for (const p of packets) size += 16 + p.bytes.length
  const out = Buffer.allocUnsafe(size)
  let to = 0
  for (const { at, bytes } of packets) {
    const seconds = Math.floor(at / 1_000_000)
    out.writeUInt32LE(seconds, to)
    out.writeUInt32LE(at - seconds * 1_000_000, to + 4)
    out.writeUInt32LE(bytes.length, to + 8)
    out.writeUInt32LE(bytes.length, to + 12)
    out.set(bytes, to + 16)
    to += 16 + bytes.length
  }
  return out
}
