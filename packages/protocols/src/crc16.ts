/** CRC-16 of polynomial 0x8005, bits reflected: what serial protocols of controllers send low byte first. */
const TABLE = new Uint16Array(256)
for (let i = 0; i < 256; i++) {
  let value = i
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >> 1) ^ 0xa001 : value >> 1
  TABLE[i] = value
}

/** @param seed what it begins with: all bits set or clear, as the protocol has it. */
export function crc16(bytes: Uint8Array, at: number, end: number, seed: number): number {
  let value = seed
  for (let i = at; i < end; i++) value = crc16Of(value, bytes[i]!)
  return value
}

/** @param value the check of all before this byte. */
export const crc16Of = (value: number, byte: number): number => (value >> 8) ^ TABLE[(value ^ byte) & 0xff]!
