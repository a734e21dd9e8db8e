/** Elements of a stream, one after another: bounded, without a tree. */
import { NEED_MORE, NOT_MINE } from '@isthmus/wire'

const LT = 0x3c
const GT = 0x3e
const SLASH = 0x2f
const MAX_DEPTH = 64

/** Length of the whole element at `at`; a declaration, an end tag and `stream:stream` stand alone. */
export function elementLength(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0
  let here = at
  for (;;) {
    const open = bytes.indexOf(LT, here)
    if (open < 0 || open >= end) return NEED_MORE
    if (depth === 0 && open !== at) return NOT_MINE
    const close = tagEnd(bytes, open + 1, end)
    if (close < 0) return NEED_MORE
    const first = bytes[open + 1]
    here = close + 1
    if (first === 0x3f || first === 0x21) {
      if (depth === 0) return here - at
      continue
    }
    if (first === SLASH) depth--
    else if (bytes[close - 1] !== SLASH) {
      if (depth === 0 && isStream(bytes, open + 1)) return here - at
      depth++
    }
    if (depth <= 0) return here - at
    if (depth > MAX_DEPTH) return NOT_MINE
  }
}

/** The `>` that ends a tag: one between quotes does not. */
function tagEnd(bytes: Uint8Array, from: number, end: number): number {
  let quote = 0
  for (let i = from; i < end; i++) {
    const c = bytes[i]!
    if (quote !== 0) {
      if (c === quote) quote = 0
    } else if (c === 0x22 || c === 0x27) quote = c
    else if (c === GT) return i
  }
  return -1
}

const STREAM = 'stream:stream'

function isStream(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < STREAM.length; i++) if (bytes[at + i] !== STREAM.charCodeAt(i)) return false
  return true
}

/** An attribute of the first tag. */
export function attribute(text: string, name: string): string {
  const stop = text.indexOf('>')
  const tag = stop < 0 ? text : text.slice(0, stop)
  const at = tag.search(new RegExp(`\\s${name}\\s*=\\s*["']`))
  if (at < 0) return ''
  const quoted = /["']/.exec(tag.slice(at))!
  const from = at + quoted.index + 1
  const to = tag.indexOf(quoted[0], from)
  return unescapeXml(tag.slice(from, to < 0 ? undefined : to))
}

/** The text of the first element of this name. */
export function content(text: string, name: string): string {
  const open = text.search(new RegExp(`<${name}[\\s>]`))
  if (open < 0) return ''
  const from = text.indexOf('>', open) + 1
  const to = text.indexOf('<', from)
  return from === 0 || to < 0 ? '' : unescapeXml(text.slice(from, to))
}

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" })[name]!)
}
