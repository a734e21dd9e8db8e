/** Names in messages: labels, compression (RFC 1035 §4.1.4) and NetBIOS encoding (RFC 1001 §14.1). */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

/** A name has at most 255 octets (RFC 1035 §2.3.4); NetBIOS scopes and broken senders use somewhat more. */
const MAX_NAME = 512
/** Compression only points backwards, so it ends; this bounds the work of long chains. */
const MAX_HOPS = 32

export type Name = { readonly text: string; readonly isWhole: boolean }
const BROKEN: Name = { text: '', isWhole: false }

/** Reads the name at the cursor; `base` is where the message starts, which compression counts from. */
export function readName(r: Reader, base: number, label: string, longLabels: boolean): Name {
  const { bytes, end } = r
  let at = r.at
  let after = -1
  let text = ''
  for (let hops = 0; at < end; ) {
    const length = bytes[at]!
    if (length === 0) return finish(r, label, after < 0 ? at + 1 : after, text, true)
    if ((length & 0xc0) === 0xc0) {
      if (at + 1 >= end) break
      const target = base + (((length & 0x3f) << 8) | bytes[at + 1]!)
      if (after < 0) after = at + 2
      if (target >= at || ++hops > MAX_HOPS) return finish(r, label, after, text, false)
      at = target
      continue
    }
    // Two of the four label kinds were never assigned (RFC 6891 §5); NetBIOS names ignore the rule.
    if ((length > 63 && !longLabels) || at + 1 + length > end || text.length + length > MAX_NAME) break
    const part = byteText(bytes.subarray(at + 1, at + 1 + length))
    text = text === '' ? part : `${text}.${part}`
    at += 1 + length
  }
  r.view(r.left, label)
  r.short = true
  return text === '' ? BROKEN : { text, isWhole: false }
}

function finish(r: Reader, label: string, after: number, text: string, isWhole: boolean): Name {
  r.view(after - r.at, label)
  r.note(text)
  return { text, isWhole }
}

/** The 15 characters and the suffix of a NetBIOS name; undefined when the text is not one. */
export function netbiosName(encoded: string): { name: string; suffix: number } | undefined {
  if (encoded.length < 32) return undefined
  const decoded: number[] = []
  for (let i = 0; i < 32; i += 2) {
    const high = encoded.charCodeAt(i) - 65
    const low = encoded.charCodeAt(i + 1) - 65
    if (high < 0 || high > 15 || low < 0 || low > 15) return undefined
    decoded.push((high << 4) | low)
  }
  let name = ''
  for (const c of decoded.slice(0, 15)) {
    // Printable, or the \1\2 that starts the master browser's name; padding ends it.
    if (!((c > 0x20 && c < 0x7f) || c === 1 || c === 2)) break
    name += String.fromCharCode(c)
  }
  return { name, suffix: decoded[15]! }
}

/** Names are compared without regard to case in ASCII only (RFC 4343 §3); other bytes stay as they are. */
export function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
