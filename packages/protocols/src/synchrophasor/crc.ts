/** The check of a frame: CRC-CCITT, polynomial 0x1021, started at 0xffff, not inverted (IEEE C37.118.2-2011 annex B). */

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021
  return crc & 0xffff
})

/** True when the last two bytes of `bytes[at..end]` are the check of those before them. */
export function isChecked(bytes: Uint8Array, at: number, end: number): boolean {
  let crc = 0xffff
  for (let i = at; i < end - 2; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ bytes[i]!]!
  return crc === ((bytes[end - 2]! << 8) | bytes[end - 1]!)
}
