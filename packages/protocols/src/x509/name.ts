/** Distinguished names as text: last part first, as RFC 2253 and OpenSSL's flag of that name print them. */
import { byteText, hexText } from '../byte-text.ts'
import { type Der, derChildren, derOid, EMPTY } from './der.ts'
import { NAMES } from './x509.table.ts'

const UTF8 = 0x0c
const BMP = 0x1e
const UNIVERSAL = 0x1c
const encoder = new TextEncoder()

/** The whole name, or only the first value of one attribute. */
export function showName(name: Der, only?: string): string {
  const parts: string[] = []
  for (const set of derChildren(name)) {
    const pairs: string[] = []
    for (const pair of derChildren(set)) {
      const [oid = EMPTY, value = EMPTY] = derChildren(pair)
      const key = NAMES[derOid(oid)]
      if (only !== undefined && key === only) return plainValue(value)
      pairs.unshift(key === undefined ? `${derOid(oid)}=#${hexText(value.whole).toUpperCase()}` : `${key}=${escapeValue(value)}`)
    }
    parts.unshift(pairs.join('+'))
  }
  return only === undefined ? parts.join(',') : ''
}

/** One character a byte; wide encodings become UTF-8. */
function plainValue(value: Der): string {
  if (value.tag !== BMP && value.tag !== UNIVERSAL) return byteText(value.bytes)
  const width = value.tag === BMP ? 2 : 4
  let text = ''
  for (let at = 0; at + width <= value.bytes.length; at += width) {
    let code = 0
    for (let i = 0; i < width; i++) code = code * 256 + value.bytes[at + i]!
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '?'
  }
  return byteText(encoder.encode(text))
}

function escapeValue(value: Der): string {
  // What is not declared as UTF-8 is Latin-1 and is converted before it is escaped.
  const bytes =
    value.tag === UTF8 || value.tag === BMP || value.tag === UNIVERSAL ? plainValue(value) : byteText(encoder.encode(byteText(value.bytes)))
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!
    const code = bytes.charCodeAt(i)
    const atEdge = (i === 0 && (c === ' ' || c === '#')) || (i === bytes.length - 1 && c === ' ')
    if (code < 0x20 || code > 0x7e) text += `\\${code.toString(16).toUpperCase().padStart(2, '0')}`
    else text += ',+"\\<>;'.includes(c) || atEdge ? `\\${c}` : c
  }
  return text
}
