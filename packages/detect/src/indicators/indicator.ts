/** Known threats as data: what is looked for, since when, until when, and who says so. */
import type { Level, Micros } from '@isthmus/model'

/**
 * One thing an observation must show. `ip` is an address, `network` one of its prefixes as `address/length`; `end` says
 * which end of the conversation is meant. `port` is the server's and only narrows what another term found.
 */
export type Term = {
  readonly type: 'ip' | 'network' | 'domain' | 'url' | 'hash' | 'ja4' | 'port'
  readonly value: string
  readonly end?: 'client' | 'server' | undefined
}

export type Indicator = {
  readonly id: string
  readonly name: string
  /** Who says so: the file and the organisation it names. */
  readonly source: string
  /** As the source wrote it, cut to what a person reads. */
  readonly pattern: string
  readonly level: Level
  readonly attack: readonly string[]
  /** Event time from which and before which it counts. */
  readonly validFrom: Micros | undefined
  readonly validUntil: Micros | undefined
  /** Any of these, each with all its terms shown by one observation. */
  readonly alternatives: readonly (readonly Term[])[]
}

/** What could not be used, or of what only a part could. */
export type IndicatorRefusal = { readonly id: string; readonly pattern: string; readonly reason: string }

export type IndicatorFile = {
  readonly format: 'STIX 2.1' | 'MISP' | 'CSV' | 'unknown'
  readonly indicators: readonly Indicator[]
  /** Entries of any kind that mean to be indicators. */
  readonly read: number
  /** What the source itself takes back or keeps from detection, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  /** The first refusals with their patterns. */
  readonly examples: readonly IndicatorRefusal[]
}

/** Refusals shown with their pattern; all are counted. */
const MAX_EXAMPLES = 200
const MAX_TEXT = 256
const MAX_ATTACK = 16
/** Indicators of one file. */
export const MAX_INDICATORS = 1_000_000

/** Gathers what one file gives. */
export class Gathering {
  readonly #format: IndicatorFile['format']
  readonly #indicators: Indicator[] = []
  readonly #skipped: Record<string, number> = {}
  readonly #refused: Record<string, number> = {}
  readonly #examples: IndicatorRefusal[] = []
  #read = 0

  constructor(format: IndicatorFile['format']) {
    this.#format = format
  }

  /** One more entry was met. */
  count(): void {
    this.#read++
  }

  skip(reason: string): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + 1
  }

  refuse(id: string, pattern: string, reason: string): void {
    this.#refused[reason] = (this.#refused[reason] ?? 0) + 1
    if (this.#examples.length < MAX_EXAMPLES) this.#examples.push({ id: oneLine(id), pattern: oneLine(pattern), reason })
  }

  add(indicator: Indicator): void {
    const { alternatives, id, name, pattern, source, attack } = indicator
    if (alternatives.length === 0) return
    if (this.#indicators.length >= MAX_INDICATORS) {
      this.refuse(id, pattern, `more than ${MAX_INDICATORS} indicators in one file`)
      return
    }
    this.#indicators.push({
      ...indicator,
      id: oneLine(id),
      name: oneLine(name),
      pattern: oneLine(pattern),
      source: oneLine(source),
      attack: attack.slice(0, MAX_ATTACK),
    })
  }

  done(): IndicatorFile {
    return {
      format: this.#format,
      indicators: this.#indicators,
      read: this.#read,
      skipped: this.#skipped,
      refused: this.#refused,
      examples: this.#examples,
    }
  }
}

/** Bounded and without control characters: it stands in findings, on pages and in terminals. */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
}

/** Ids of techniques in a text. */
export function techniquesIn(text: string): readonly string[] {
  return text.slice(0, 4096).match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []
}
