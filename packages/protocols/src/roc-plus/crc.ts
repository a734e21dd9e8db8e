/** CRC-16 of polynomial 0x8005, bits reflected, sent least significant byte first (§1.2). */
const TABLE = new Uint16Array(256)
for (let i = 0; i < 256; i++) {
  let value = i
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >> 1) ^ 0xa001 : value >> 1
  TABLE[i] = value
}

export function checkOf(bytes: Uint8Array, at: number, end: number, seed: number): number {
  let value = seed
  for (let i = at; i < end; i++) value = (value >> 8) ^ TABLE[(value ^ bytes[i]!) & 0xff]!
  return value
}

/** Devices begin with all bits set or clear. */
export function isChecked(bytes: Uint8Array, at: number, end: number): boolean {
  const sent = bytes[end]! | (bytes[end + 1]! << 8)
  return checkOf(bytes, at, end, 0xffff) === sent || checkOf(bytes, at, end, 0) === sent
}
