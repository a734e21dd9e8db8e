/**
 * Sigma's string patterns: `*` any text, `?` one character, `\` makes either literal. Compiled to a test that is
 * linear in the text: a literal becomes a comparison, a star a search for the next piece.
 */

const STAR = Symbol('*')
const ONE = Symbol('?')
type Token = string | typeof STAR | typeof ONE
export type Pattern = readonly Token[]

/** `\*`, `\?` and `\\` before a wildcard are literal; any other backslash is itself (Sigma specification, "escaping"). */
export function parsePattern(text: string): Pattern {
  const tokens: Token[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') tokens.push(literal)
    literal = ''
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const next = text[i + 1]
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next
      i++
    } else if (c === '*' || c === '?') {
      flush()
      if (c === '?') tokens.push(ONE)
      else if (tokens.at(-1) !== STAR) tokens.push(STAR)
    } else literal += c
  }
  flush()
  return tokens
}

export function around(pattern: Pattern, where: 'contains' | 'startswith' | 'endswith'): Pattern {
  const before: Token[] = where === 'startswith' || pattern[0] === STAR ? [] : [STAR]
  const after: Token[] = where === 'endswith' || pattern.at(-1) === STAR ? [] : [STAR]
  return [...before, ...pattern, ...after]
}

export function literal(text: string): Pattern {
  return text === '' ? [] : [text]
}

/** The pattern's text when it has no wildcard. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return ''
  const [only] = pattern
  return pattern.length === 1 && typeof only === 'string' ? only : undefined
}

export function compilePattern(pattern: Pattern, cased: boolean): (text: string) => boolean {
  const folded = cased ? pattern : pattern.map((token) => (typeof token === 'string' ? token.toLowerCase() : token))
  const test = compileFolded(folded)
  if (cased) return test
  const plain = plainText(folded)
  // Most texts differ in length already: only the others are worth folding. Folding keeps the length of ASCII.
  if (plain !== undefined && isAscii(plain)) {
    return (text) => text === plain || (text.length === plain.length && text.toLowerCase() === plain)
  }
  return (text) => test(text.toLowerCase())
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

function compileFolded(pattern: Pattern): (text: string) => boolean {
  const plain = plainText(pattern)
  if (plain !== undefined) return (text) => text === plain
  if (pattern.length === 1 && pattern[0] === STAR) return () => true
  const open = pattern[0] === STAR
  const close = pattern.at(-1) === STAR
  const inner = pattern.slice(open ? 1 : 0, close ? -1 : undefined)
  const [only] = inner
  if (inner.length === 1 && typeof only === 'string') {
    if (open && close) return (text) => text.includes(only)
    return open ? (text) => text.endsWith(only) : (text) => text.startsWith(only)
  }
  return compilePieces(pattern, open, close)
}

/** Pieces between stars, found one after another: the earliest place for each is always the best one. */
function compilePieces(pattern: Pattern, open: boolean, close: boolean): (text: string) => boolean {
  const pieces: Token[][] = [[]]
  for (const token of pattern) {
    if (token === STAR) pieces.push([])
    else pieces.at(-1)!.push(token)
  }
  const widths = pieces.map((piece) => piece.reduce((sum, token) => sum + (typeof token === 'string' ? token.length : 1), 0))
  if (pieces.length === 1) return (text) => text.length === widths[0] && pieceAt(text, 0, pieces[0]!)
  return (text) => {
    let at = 0
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!
      const width = widths[i]!
      if (i === 0 && !open) {
        if (!pieceAt(text, 0, piece)) return false
        at = width
      } else if (i === pieces.length - 1 && !close) {
        return text.length - width >= at && pieceAt(text, text.length - width, piece)
      } else {
        const found = findPiece(text, at, piece, width)
        if (found < 0) return false
        at = found + width
      }
    }
    return true
  }
}

function findPiece(text: string, from: number, piece: readonly Token[], width: number): number {
  for (let at = from; at + width <= text.length; at++) if (pieceAt(text, at, piece)) return at
  return -1
}

function pieceAt(text: string, at: number, piece: readonly Token[]): boolean {
  let i = at
  for (const token of piece) {
    if (typeof token === 'string') {
      if (!text.startsWith(token, i)) return false
      i += token.length
    } else if (i++ >= text.length) return false
  }
  return true
}
