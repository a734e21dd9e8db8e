/** A command's options as a table: parsed, checked and shown in its help from the same rows. */
import { parseArgs } from 'node:util'
import { UsageError } from './usage.ts'

export type OptionRow = {
  readonly name: string
  readonly short?: string
  /** What the value is called in the help (`NAME`); absent for a switch. */
  readonly value?: string
  /** May be given several times. */
  readonly many?: true
  readonly help: string
}

export type OptionValue = string | boolean | readonly string[] | undefined
export type Parsed = { readonly values: Readonly<Record<string, OptionValue>>; readonly positionals: readonly string[] }

/** Splits arguments by the table; what is not in it is a `UsageError`. */
export function parseOptions(args: readonly string[], rows: readonly OptionRow[]): Parsed {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }> = {}
  for (const row of rows) {
    const type = row.value === undefined ? 'boolean' : 'string'
    options[row.name] = { type, multiple: row.many === true, ...(row.short === undefined ? {} : { short: row.short }) }
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { values: values as Parsed['values'], positionals }
  } catch (error) {
    throw new UsageError(explain(error as Error & { code?: string }, rows))
  }
}

function explain(error: Error & { code?: string }, rows: readonly OptionRow[]): string {
  const named = /'(?:-\w, )?(-{1,2}[^' ]+)/.exec(error.message)?.[1] ?? ''
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(
      named.replace(/^-+/, ''),
      rows.map((row) => row.name),
    )
    return `unknown option ${named}${near === undefined ? '' : `; did you mean --${near}?`}`
  }
  const row = rows.find((r) => named.includes(`--${r.name}`) || named === `-${r.short}`)
  if (row?.value !== undefined) return `--${row.name} needs a value: --${row.name} ${row.value}`
  return row === undefined ? error.message : `--${row.name} takes no value`
}

/** The values of an option that may be given several times. */
export function several(value: OptionValue): readonly string[] {
  return typeof value === 'object' ? value : []
}

/** The word within two edits of `word`, if there is one. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let bestEdits = 3
  for (const candidate of words) {
    const edits = editDistance(word, candidate)
    if (edits < bestEdits && edits < candidate.length) {
      best = candidate
      bestEdits = edits
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** A whole number of at least `least`. */
export function wholeNumber(name: string, text: string, least = 1): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < least) throw new UsageError(`--${name} wants a whole number from ${least}, not "${text}"`)
  return n
}

/** `90s`, `30m`, `24h`, `14d` in µs. */
export function duration(name: string, text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text)
  if (parts === null) throw new UsageError(`--${name} wants a duration such as 90s, 30m, 24h or 14d, not "${text}"`)
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[parts[2] as 's' | 'm' | 'h' | 'd']
  return Math.round(Number(parts[1]) * seconds * 1_000_000)
}
