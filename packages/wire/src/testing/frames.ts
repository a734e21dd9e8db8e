/** Builds frames and captures for tests: readable code instead of binary fixtures. */

export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (b) => Number.parseInt(b, 16))
}

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255]
const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const ip = (text: string): number[] => text.split('.').map(Number)

export type Ends = { src: string; dst: string; sport: number; dport: number }

export function ethernet(etherType: number, payload: Uint8Array): Uint8Array {
  return concat([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], u16(etherType), payload)
}

export function ipv4(protocol: number, ends: Ends, payload: Uint8Array, more: { id?: number; fragment?: number } = {}): Uint8Array {
  const header = [0x45, 0, ...u16(20 + payload.length), ...u16(more.id ?? 1), ...u16(more.fragment ?? 0), 64, protocol, 0, 0]
  return ethernet(0x0800, concat(header, ip(ends.src), ip(ends.dst), payload))
}

export function udp(ends: Ends, payload: Uint8Array): Uint8Array {
  return ipv4(17, ends, udpDatagram(ends, payload))
}

export function udpDatagram(ends: Ends, payload: Uint8Array): Uint8Array {
  return concat(u16(ends.sport), u16(ends.dport), u16(8 + payload.length), [0, 0], payload)
}

export function tcp(ends: Ends, seq: number, ack: number, flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  return ipv4(6, ends, concat(u16(ends.sport), u16(ends.dport), u32(seq), u32(ack), [0x50, flags, 0x20, 0, 0, 0, 0, 0], payload))
}

/** A classic pcap, µs, little endian, Ethernet; one frame a second. */
export function pcap(frames: readonly Uint8Array[], startUs = 1_700_000_000_000_000): Uint8Array {
  const le = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255]
  const records = frames.map((f, i) => {
    const at = startUs + i * 1_000_000
    return concat(le(Math.floor(at / 1e6)), le(at % 1e6), le(f.length), le(f.length), f)
  })
  return concat(le(0xa1b2c3d4), [2, 0, 4, 0], le(0), le(0), le(262_144), le(1), ...records)
}
