/** The media type of a file by its first bytes; undefined when they tell nothing. */
import { byteText } from '../byte-text.ts'
import { ELF_TYPES, MAGIC, PLAIN, TEXTS, ZIP_PARTS } from './mime.table.ts'

/** Bytes worth looking at. */
export const SNIFF_BYTES = 4096
/** DER of the two object identifiers that open an OCSP request's and response's interesting part (RFC 6960 §4). */
const OCSP_RESPONSE = '\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01'
const OCSP_REQUEST = '\x06\x05\x2b\x0e\x03\x02\x1a'

export function sniffType(bytes: Uint8Array): string | undefined {
  const start = byteText(bytes.length > SNIFF_BYTES ? bytes.subarray(0, SNIFF_BYTES) : bytes)
  if (start.startsWith('PK\x03\x04')) return ZIP_PARTS.find(([part]) => start.includes(part))?.[1] ?? 'application/zip'
  if (start.startsWith('\x7fELF')) return ELF_TYPES[start.charCodeAt(start.charCodeAt(5) === 2 ? 17 : 16)] ?? 'application/x-executable'
  for (const [offset, magic, type] of MAGIC) if (start.startsWith(magic, offset)) return type
  const response = start.indexOf(OCSP_RESPONSE)
  if (response >= 11 && response <= 19) return 'application/ocsp-response'
  const request = start.indexOf(OCSP_REQUEST)
  if (request >= 11 && request <= 19) return 'application/ocsp-request'
  const text = afterLead(start)
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? (PLAIN.test(start) ? 'text/plain' : undefined)
}

/** What follows a mark of UTF-8, white space and comments of markup: they may come in any number before what tells the type. */
function afterLead(text: string): string {
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  for (;;) {
    while (at < text.length && ' \t\r\n\f\v'.includes(text[at]!)) at++
    if (!text.startsWith('<!--', at)) return text.slice(at)
    const end = text.indexOf('-->', at + 4)
    if (end < 0) return text.slice(at)
    at = end + 3
  }
}
