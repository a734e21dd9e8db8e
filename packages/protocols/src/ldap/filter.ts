/** A search filter (RFC 4511 §4.5.1.7) as text, in the spelling of Zeek: more than two terms are wrapped two by two. */
import type { Reader } from '@isthmus/wire'
import { berOpen, berText, berView } from '../asn1/ber.ts'
import { byteText, hexText, SHOWN_BYTES } from '../byte-text.ts'

/** Filters within filters; each level is a frame of ours. */
const MAX_DEPTH = 32
const MAX_TERMS = 256
/** Characters of the text: bounds what many terms may grow to. */
const MAX_TEXT = 4096
const COMPARISONS: Readonly<Record<number, string>> = { 3: '=', 5: '>=', 6: '<=', 8: '~=' }

export function readFilter(r: Reader, depth = 0): string {
  const tag = r.peek()
  if (r.left === 0 || (tag & 0xc0) !== 0x80) {
    berView(r, 'filter')
    return ''
  }
  const kind = tag & 0x1f
  if (kind === 7) return `(${berText(r, 'present')}=*)`
  const body = berOpen(r, 'filter')
  let text = ''
  if (depth >= MAX_DEPTH) body.view(body.left, 'too deep')
  else if (kind === 0 || kind === 1) text = terms(body, kind === 0 ? '&' : '|', depth)
  else if (kind === 2) text = `(!${readFilter(body, depth + 1)})`
  else if (kind === 4) text = substrings(body)
  else if (kind === 9) text = extensible(body)
  else if (COMPARISONS[kind] !== undefined) {
    const attribute = berText(body, 'attribute')
    text = `(${attribute}${COMPARISONS[kind]}${shown(attribute, berView(body, 'value'))})`
  }
  if (body.short) r.short = true
  return text
}

function terms(r: Reader, sign: string, depth: number): string {
  let text = ''
  let n = 0
  for (; r.left > 0 && !r.short && n < MAX_TERMS; n++) {
    const term = readFilter(r, depth + 1)
    if (text.length > MAX_TEXT) continue
    text = n === 0 ? `(${sign}${term}` : n === 1 ? `${text}${term})` : `(${sign}${text}${term})`
  }
  return n === 1 ? `${text})` : text
}

function substrings(r: Reader): string {
  const attribute = berText(r, 'attribute')
  const list = berOpen(r, 'substrings')
  let first = ''
  let last = ''
  let middle = ''
  for (let i = 0; i < MAX_TERMS && list.left > 0 && !list.short; i++) {
    const kind = list.peek() & 0x1f
    const part = berText(list, 'substring')
    if (kind === 0) first = part
    else if (kind === 2) last = part
    else if (middle.length < MAX_TEXT) middle += `${part}*`
  }
  if (list.short) r.short = true
  return `(${attribute}=${first}*${middle}${last})`
}

/** MatchingRuleAssertion: [1] rule, [2] attribute, [3] value, [4] whether the name's parts count as well. */
function extensible(r: Reader): string {
  let rule = ''
  let attribute = ''
  let value = ''
  for (let i = 0; i < 8 && r.left > 0 && !r.short; i++) {
    const kind = r.peek() & 0x1f
    const text = berText(r, 'part')
    if (kind === 1) rule = text
    else if (kind === 2) attribute = text
    else if (kind === 3) value = text
  }
  return `(${attribute}:${rule}:=${value})`
}

/** Values that are no text, of the questions with which hosts look for their domain controller ([MS-ADTS] §6.3.3). */
function shown(attribute: string, value: Uint8Array): string {
  switch (attribute) {
    case 'DomainGuid':
      return value.length === 16 ? guid(value) : 'GUID_FORMAT_FAILED'
    case 'objectSid':
    case 'AAC':
      return hexText(value, SHOWN_BYTES).replace(/(..)(?=.)/g, '$1:')
    case 'DomainSid':
      return sid(value)
    case 'NtVer':
      return value.length === 4 ? `0x${hexText(value.slice().reverse())}` : 'HEX_FORMAT_FAILED'
    default:
      return byteText(value)
  }
}

function guid(b: Uint8Array): string {
  const at = (...order: number[]): string => order.map((i) => b[i]!.toString(16).padStart(2, '0')).join('')
  return `${at(3, 2, 1, 0)}-${at(5, 4)}-${at(7, 6)}-${at(8, 9)}-${at(10, 11, 12, 13, 14, 15)}`
}

/** `S-1-5-21-…`: revision, authority of six octets, sub-authorities least significant byte first. */
function sid(b: Uint8Array): string {
  if (b.length !== 24) return 'SID_FORMAT_FAILED'
  let text = `S-${b[0]}-${b.subarray(2, 8).reduce((n, byte) => n * 256 + byte, 0)}`
  for (let at = 8; at < 24; at += 4) text += `-${((b[at + 3]! << 24) | (b[at + 2]! << 16) | (b[at + 1]! << 8) | b[at]!) >>> 0}`
  return text
}
