/**
 * One cell of a Zeek log as its ASCII writer spells it: `-` for unset, `(empty)` for an empty set or vector, elements
 * joined by commas, what is not printable as \xNN. Times and intervals are seconds, six decimals.
 */

export type Scalar = string | number | bigint | boolean
export type Cell = Scalar | readonly Scalar[] | undefined

export const UNSET = '-'
export const EMPTY = '(empty)'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const PLAIN = /^[\x20-\x2b\x2d-\x5b\x5d-\x7e]*$/

export function showCell(value: Cell, type: string): string {
  if (value === undefined) return UNSET
  if (!Array.isArray(value)) return showScalar(value as Scalar, type, false)
  const inner = /\[(.*)\]/.exec(type)?.[1] ?? 'string'
  if (value.length === 0) return EMPTY
  const texts = (value as readonly Scalar[]).map((element) => showScalar(element, inner, true))
  return texts.join(',')
}

function showScalar(value: Scalar, type: string, inSet: boolean): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'T' : 'F'
    case 'bigint':
      return value.toString()
    case 'number':
      return showNumber(value, type)
    default:
      return escapeText(value, inSet)
  }
}

function showNumber(value: number, type: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (type === 'time' || type === 'interval') return value.toFixed(6)
  if (type !== 'double') return Number.isInteger(value) ? value.toFixed(0) : String(value)
  if (Math.abs(value) > LARGEST_PLAIN) return withExponent(value)
  // At least one decimal, at most six, no trailing zeros.
  const text = sixDecimals(value).replace(/0+$/, '')
  return text.endsWith('.') ? `${text}0` : text
}

/** Zeek prints larger values with an exponent. */
const LARGEST_PLAIN = 0x7fffffff

/** Seventeen digits without trailing zeros, two of exponent: `5.987321793e+09`. */
function withExponent(value: number): string {
  const [digits, exponent] = value.toExponential(16).split('e+') as [string, string]
  return `${digits.replace(/\.?0+$/, '')}e+${exponent.padStart(2, '0')}`
}

/** Halves go to the even neighbour, as C prints them; `toFixed` takes them up. Only odd multiples of 1/128 are halves here. */
function sixDecimals(value: number): string {
  const parts = Math.abs(value) * 128
  if (!Number.isInteger(parts) || parts % 2 === 0 || parts > 2 ** 36) return value.toFixed(6)
  const up = (parts * 15_625 + 1) / 2
  return (((up % 2 === 0 ? up : up - 1) / 1e6) * Math.sign(value)).toFixed(6)
}

/** Text whose characters all fit a byte is taken for the bytes themselves: shown as UTF-8 where they are UTF-8. */
function escapeText(text: string, inSet: boolean): string {
  if (text === '') return EMPTY
  if (text === UNSET) return '\\x2d'
  if (text === EMPTY) return '\\x28empty)'
  if (PLAIN.test(text)) return text
  const decoded = hasBytes(text) ? asUtf8(text) : text
  const raw = decoded === undefined
  let shown = ''
  for (const c of decoded ?? text) {
    const code = c.codePointAt(0)!
    if (c === '\\') shown += '\\\\'
    else if (code < 0x20 || code === 0x7f || (raw && code > 0x7e)) shown += hex(code)
    else if (inSet && c === ',') shown += hex(code)
    // Unpaired surrogates and the C1 controls would not survive the file.
    else if ((code >= 0x80 && code < 0xa0) || (code >= 0xd800 && code < 0xe000)) shown += [...new TextEncoder().encode(c)].map(hex).join('')
    else shown += c
  }
  return shown
}

function hasBytes(text: string): boolean {
  let high = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) return false
    if (code > 0x7e) high = true
  }
  return high
}

function asUtf8(text: string): string | undefined {
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0))
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
