/** The words of a STIX pattern. */

/** `value` is a literal without its quotes; `path` an object path without the quotes of its steps. */
export type Token = { readonly type: 'path' | 'value' | 'word' | 'operator' | 'mark'; readonly text: string; readonly at: number }

const STEP = String.raw`(?:[A-Za-z0-9_-]+|'(?:[^'\\]|\\.)*')`
const SHAPES: readonly (readonly [Token['type'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  // Time stamps and other typed literals: t'2020-01-01T00:00:00Z'.
  ['value', /[thb]?'(?:[^'\\]|\\.)*'/y],
  ['path', new RegExp(String.raw`[A-Za-z][A-Za-z0-9-]*:${STEP}(?:\.${STEP}|\[(?:\d+|\*)\])*`, 'y')],
  ['value', /[+-]?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z]+/y],
  ['operator', /!=|<>|<=|>=|==|=|<|>/y],
  ['mark', /[[\](),]/y],
]

/** Throws a `SyntaxError` at the first character that begins no word. */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const token = next(text, at)
    if (token === undefined) throw new SyntaxError(`not a pattern: "${text.slice(at, at + 20)}" at character ${at + 1}`)
    const [type, raw] = token
    if (type !== 'space') tokens.push({ type, text: plain(type, raw), at })
    at += raw.length
  }
  return tokens
}

function next(text: string, at: number): readonly [Token['type'] | 'space', string] | undefined {
  for (const [type, shape] of SHAPES) {
    shape.lastIndex = at
    const match = shape.exec(text)
    if (match !== null) return [type, match[0]]
  }
  return undefined
}

function plain(type: Token['type'], raw: string): string {
  if (type === 'path') return raw.replaceAll(/'((?:[^'\\]|\\.)*)'/g, (_, quoted: string) => unescaped(quoted))
  if (type === 'operator') return raw === '==' ? '=' : raw === '<>' ? '!=' : raw
  const quote = raw.indexOf("'")
  return type === 'value' && quote >= 0 ? unescaped(raw.slice(quote + 1, -1)) : raw
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1')
}
