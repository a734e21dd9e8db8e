/** HART's own ways to write text, dates and times (HCF_SPEC-099 §5.1). */

const ALPHABET = '@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !"#$%&\'()*+,-./0123456789:;<=>?'
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** Four letters of six bits in three bytes. */
export function packedText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at + 3 <= bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET[(word >> shift) & 63]
  }
  return text
}

/** Day, month, year since 1900. */
export function dateText(bytes: Uint8Array): string {
  const [day = 0, month = 0, year = 0] = bytes
  return `${MONTHS[month - 1] ?? 'InvalidMonth'} ${day}, ${1900 + year}`
}

/** 1/32 ms since midnight by the specification; ICSNPP reads 1/32 s, and its words are kept. */
export function durationText(units: number): string {
  const seconds = Math.floor(units / 32)
  const rest = (seconds % 60) + Math.fround((units % 32) / 32)
  const minutes = Math.floor(seconds / 60) % 60
  const hours = Math.floor(seconds / 3600)
  const parts = []
  if (hours > 0) parts.push(`${hours} hours`)
  if (minutes > 0) parts.push(`${minutes} minutes`)
  if (rest > 0) parts.push(`${rest.toFixed(6)} seconds since midnight`)
  return parts.join(', ')
}

/** A name as a person reads it: what pads it is gone. */
export function trimmed(text: string): string {
  return text.replace(/[\0@ ]+$/, '').trim()
}
