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
  const bytes = textBytes(text)
  if (!looksLikeUtf8(bytes)) return text
  try {
    return utf8.decode(bytes)
  } catch {
    return text
  }
}

/** The bytes of a text that holds one character a byte. */
export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Lead bytes with as many bytes behind them as they say (RFC 3629 §3). A decoder that throws takes thirty times as long to say no. */
function looksLikeUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!
    if (lead < 0x80) continue
    if (lead < 0xc2 || lead > 0xf4) return false
    for (let more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3; more > 0; more--) if (((bytes[++i] ?? 0) & 0xc0) !== 0x80) return false
  }
  return true
}

/** Without NULs and white space at the end. A regular expression would look at every blank of a long run anew. */
export function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(0, end)
}
