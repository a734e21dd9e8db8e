/**
 * STIX 2.1 patterns (part 9 of the specification) → alternatives of terms. Understood: `=`, `IN` and `ISSUBSET` on
 * addresses, names, URLs, hashes, JA4 and the server's port; AND and OR within an observation; OR between observations.
 * Everything else is said with its reason: of an OR the other branches work on, an AND falls as a whole.
 */
import type { Term } from './indicator.ts'
import { lex, type Token } from './stix-tokens.ts'
import { addressTerm, domainTerm, hashTerm, isTerm, ja4Term, portTerm, type TermOrReason, urlTerm } from './term.ts'

export type PatternResult = { readonly alternatives: readonly (readonly Term[])[]; readonly reasons: readonly string[] }

type Found = { readonly alternatives: (readonly Term[])[]; readonly reasons: Set<string> }

/** Characters of a pattern; lists of a thousand values fit. */
const MAX_PATTERN = 1 << 17
const MAX_ALTERNATIVES = 10_000
const MAX_TERMS = 8
const MAX_DEPTH = 32
const tooMany = new RangeError(`more than ${MAX_ALTERNATIVES} alternatives`)

export function readPattern(text: string): PatternResult {
  if (text.length > MAX_PATTERN) return { alternatives: [], reasons: [`a pattern longer than ${MAX_PATTERN} characters`] }
  try {
    const { alternatives, reasons } = new Parser(lex(text)).pattern()
    return { alternatives, reasons: [...reasons] }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { alternatives: [], reasons: [error.message] }
    throw error
  }
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  pattern(): Found {
    const result = this.#observations()
    const left = this.#tokens[this.#at]
    if (left !== undefined) throw new SyntaxError(`not a pattern: "${left.text.slice(0, 40)}" at character ${left.at + 1}`)
    return result
  }

  /** FOLLOWEDBY binds loosest, then OR, then AND. */
  #observations(): Found {
    let result = this.#alternativeObservations()
    while (this.#word('FOLLOWEDBY')) {
      this.#alternativeObservations()
      result = none('FOLLOWEDBY joins several observations')
    }
    return result
  }

  #alternativeObservations(): Found {
    let result = this.#jointObservations()
    while (this.#word('OR')) result = either(result, this.#jointObservations())
    return result
  }

  #jointObservations(): Found {
    let result = this.#observation()
    while (this.#word('AND')) {
      this.#observation()
      result = none('AND joins several observations')
    }
    return result
  }

  #observation(): Found {
    const isGroup = this.#mark('(')
    if (!isGroup) this.#need('[')
    let result = this.#nested(() => (isGroup ? this.#observations() : this.#either()))
    this.#need(isGroup ? ')' : ']')
    for (let word = this.#qualifier(); word !== undefined; word = this.#qualifier()) result = none(`the qualifier ${word}`)
    return result
  }

  #qualifier(): string | undefined {
    for (const word of ['WITHIN', 'REPEATS', 'START']) {
      if (!this.#word(word)) continue
      while (this.#tokens[this.#at]?.type === 'value' || this.#word('SECONDS') || this.#word('TIMES') || this.#word('STOP')) {
        if (this.#tokens[this.#at]?.type === 'value') this.#at++
      }
      return word
    }
    return undefined
  }

  #either(): Found {
    let result = this.#both()
    while (this.#word('OR')) result = either(result, this.#both())
    return result
  }

  #both(): Found {
    let result = this.#comparison()
    while (this.#word('AND')) result = both(result, this.#comparison())
    return result
  }

  #comparison(): Found {
    if (this.#mark('(')) {
      const inner = this.#nested(() => this.#either())
      this.#need(')')
      return inner
    }
    if (this.#word('EXISTS')) {
      this.#take('path')
      return none('EXISTS')
    }
    const path = this.#take('path').text
    const isNot = this.#word('NOT')
    const operator = this.#operator()
    const values = this.#mark('(') ? this.#list() : [this.#take('value').text]
    if (isNot || operator === '!=') return none('a negation')
    if (operator !== '=' && operator !== 'IN' && operator !== 'ISSUBSET') return none(`the operator ${operator}`)
    const found: Found = { alternatives: [], reasons: new Set() }
    for (const value of values) {
      const term = termOf(path, value)
      if (isTerm(term)) found.alternatives.push([term])
      else found.reasons.add(term.reason)
    }
    return found
  }

  #operator(): string {
    const token = this.#tokens[this.#at]
    if (token?.type !== 'operator' && token?.type !== 'word') throw this.#expected('an operator')
    this.#at++
    return token.text
  }

  #list(): string[] {
    const values = [this.#take('value').text]
    while (this.#mark(',')) values.push(this.#take('value').text)
    this.#need(')')
    return values
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new RangeError(`parentheses deeper than ${MAX_DEPTH}`)
    const result = read()
    this.#depth--
    return result
  }

  #word(text: string): boolean {
    return this.#is('word', text)
  }

  #mark(text: string): boolean {
    return this.#is('mark', text)
  }

  #is(type: Token['type'], text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.type !== type || token.text !== text) return false
    this.#at++
    return true
  }

  #need(mark: string): void {
    if (!this.#mark(mark)) throw this.#expected(mark)
  }

  #take(type: Token['type']): Token {
    const token = this.#tokens[this.#at]
    if (token?.type !== type) throw this.#expected(`a ${type}`)
    this.#at++
    return token
  }

  #expected(what: string): SyntaxError {
    const token = this.#tokens[this.#at]
    return new SyntaxError(`not a pattern: expected ${what} ${token === undefined ? 'at the end' : `at character ${token.at + 1}`}`)
  }
}

function none(reason: string): Found {
  return { alternatives: [], reasons: new Set([reason]) }
}

/** Added in place: lists of thousands are the rule. */
function either(into: Found, more: Found): Found {
  if (into.alternatives.length + more.alternatives.length > MAX_ALTERNATIVES) throw tooMany
  for (const one of more.alternatives) into.alternatives.push(one)
  for (const reason of more.reasons) into.reasons.add(reason)
  return into
}

function both(a: Found, b: Found): Found {
  if (a.alternatives.length * b.alternatives.length > MAX_ALTERNATIVES) throw tooMany
  const alternatives = a.alternatives.flatMap((one) => b.alternatives.map((other) => [...one, ...other]))
  if (alternatives.some((terms) => terms.length > MAX_TERMS)) throw new RangeError(`more than ${MAX_TERMS} terms joined by AND`)
  return { alternatives, reasons: a.reasons.union(b.reasons) }
}

/** By object path, quotes taken off; JA4 has no object in STIX, so that any custom path that ends in `ja4` is one. */
function termOf(path: string, value: string): TermOrReason {
  const [object, property = ''] = path.split(':', 2) as [string, string?]
  if (/^file$/.test(object) && property.startsWith('hashes.')) return hashTerm(value)
  if (object.startsWith('x-ja4') || /(^|\.)ja4$/i.test(property)) return ja4Term(value)
  const read = READERS[path]
  return read === undefined ? { reason: `the property ${path.slice(0, 80)} is not seen on the wire` } : read(value)
}

const READERS: Readonly<Record<string, (value: string) => TermOrReason>> = {
  'ipv4-addr:value': (value) => addressTerm(value),
  'ipv6-addr:value': (value) => addressTerm(value),
  'network-traffic:src_ref.value': (value) => addressTerm(value, 'client'),
  'network-traffic:dst_ref.value': (value) => addressTerm(value, 'server'),
  'network-traffic:dst_port': portTerm,
  'domain-name:value': domainTerm,
  'url:value': urlTerm,
}
