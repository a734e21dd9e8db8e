/** The check of link frames: CRC-16 with the polynomial 0x3d65, reflected, inverted at the end (IEEE 1815-2012 §9.2.4.3). */

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa6bc
  return crc
})

/** The check of `bytes[at..at+length]`. */
export function checkOf(bytes: Uint8Array, at: number, length: number): number {
  let crc = 0
  for (let i = at; i < at + length; i++) crc = TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff]! ^ (crc >> 8)
  return ~crc & 0xffff
}

/** True when the two bytes after `bytes[at..at+length]` are their check, low byte first. */
export function isChecked(bytes: Uint8Array, at: number, length: number): boolean {
  const check = checkOf(bytes, at, length)
  return bytes[at + length] === (check & 0xff) && bytes[at + length + 1] === check >> 8
}
