/** What is known of threats, as the fold of a site and the reading of its captures work with it. */
import { createIndicators, type Indicator, type Indicators, readIndicators } from '@isthmus/detect'
import type { ScanFile } from '@isthmus/protocols'
import { type RuleSource, type Scanner, type ScannerOptions, startScanner } from '@isthmus/scanner'
import type { Database, Tx } from '../database/connect.ts'
import { enabledSources } from './known-threats.store.ts'

/** Lists read last: a fold opens often, a large list takes seconds to read. */
const MAX_READ = 50
const read = new Map<string, readonly Indicator[]>()

/** Undefined where there are none. */
export async function loadIndicators(tx: Tx, site: string): Promise<Indicators | undefined> {
  const sources = await enabledSources(
    tx,
    site,
    'indicators',
    [...read.keys()].map((key) => key.slice(0, 64)),
  )
  const all: Indicator[] = []
  for (const { name, sha256, content } of sources) {
    const key = `${sha256} ${name}`
    let indicators = read.get(key)
    if (indicators === undefined && content === '') return reread(tx, site)
    indicators ??= readIndicators(name, content).indicators
    read.delete(key)
    read.set(key, indicators)
    if (read.size > MAX_READ) read.delete(read.keys().next().value!)
    for (const indicator of indicators) all.push(indicator)
  }
  return all.length === 0 ? undefined : createIndicators(all)
}

/** A list under another name has the hash of one that was read. */
function reread(tx: Tx, site: string): Promise<Indicators | undefined> {
  read.clear()
  return loadIndicators(tx, site)
}

/** One engine a site, for as long as its rules stay the same. */
export class Scanners {
  readonly #open = new Map<string, { readonly key: string; readonly scanner: Promise<Scanner> }>()
  readonly #options: ScannerOptions

  constructor(options: ScannerOptions = {}) {
    this.#options = options
  }

  /** Undefined where a site has no rules. A minute at most while they are compiled; other sites and decisions go on meanwhile. */
  async of(database: Database, site: string): Promise<ScanFile | undefined> {
    const sources = await database.scoped([site], (tx) => enabledSources(tx, site, 'yara'), 'read only')
    const key = sources.map(({ id, sha256 }) => `${id} ${sha256}`).join('\n')
    for (let known = this.#open.get(site); known?.key === key; known = this.#open.get(site)) {
      const { scanFile, givenUp } = await known.scanner
      if (givenUp() === '') return scanFile
      // Whoever comes first begins anew, the others wait for that one.
      if (this.#open.get(site) === known) break
    }
    const before = this.#open.get(site)
    this.#open.delete(site)
    const scanner =
      sources.length === 0
        ? undefined
        : opened(
            sources.map(({ name, content }) => ({ file: name, text: content })),
            this.#options,
          )
    if (scanner !== undefined) this.#open.set(site, { key, scanner })
    await (await before?.scanner)?.close()
    return (await scanner)?.scanFile
  }

  async close(): Promise<void> {
    for (const { scanner } of this.#open.values()) await (await scanner).close()
    this.#open.clear()
  }
}

/** Rules that cannot be used together stop no capture: each file says that it was not looked into, until the rules are others. */
async function opened(sources: readonly RuleSource[], options: ScannerOptions): Promise<Scanner> {
  try {
    return await startScanner(sources, options)
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error)
    return { scanFile: () => ({ matches: [], failed }), count: 0, problems: [], givenUp: () => '', close: async () => undefined }
  }
}
