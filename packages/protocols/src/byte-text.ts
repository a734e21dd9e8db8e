/**
 * Bytes as text. Names on the wire come without an encoding: inside a dissector a text holds one character a byte
 * (true Latin-1: nothing is lost, logs can escape it); for people it is read as UTF-8 where it is that.
 */
export { byteText } from '@isthmus/wire'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Bytes of a value that a person is shown: enough to recognise it. */
export const SHOWN_BYTES = 64

/** Two digits a byte, of the first `most`. */
export function hexText(bytes: Uint8Array, most = bytes.length): string {
  let text = ''
  for (let i = 0; i < bytes.length && i < most; i++) text += DIGITS[bytes[i]!]
  return text
}

/** The same for a person, who sees where more was left out. */
export function shownBytes(bytes: Uint8Array, most: number): string {
  return bytes.length > most ? `${hexText(bytes, most)}…` : hexText(bytes)
}

/** A byte text as a person should see it. */
export function readable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the fast path
  if (/^[\x00-\x7f]*$/.test(text)) return text
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0))
  try {
    return utf8.decode(bytes)
  } catch {
    return text
  }
}

/** Without NULs and white space at the end. A regular expression would look at every blank of a long run anew. */
export function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(0, end)
}
