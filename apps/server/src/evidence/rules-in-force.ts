/** The rules of a site as they are, as far as evidence speaks of them. */
import { type DetectionSettings, type Learned, memoryOf, type Rule } from '@isthmus/detect'
import type { Level } from '@isthmus/model'
import { askThread } from '../ask-thread.ts'
import type { Tx } from '../database/connect.ts'
import { settingsOf } from '../detection-settings/in-force.ts'
import { contentInForce } from '../ingest/content.ts'
import type { OwnText } from '../own-rules/check.ts'
import { textsInForce } from '../own-rules/own-rules.store.ts'

type MemoryKind = NonNullable<Rule['memory']>['kind']

export type RuleBrief = {
  readonly name: string
  readonly version: string
  readonly level: Level
  /** What it remembers; undefined for one that does not. */
  readonly memory: Learned['kind'] | MemoryKind | undefined
}
export type RulesQuestion = { readonly texts: readonly OwnText[]; readonly settings: DetectionSettings | null }

const BOUNDS = { longestMs: 30_000, heapMb: 512 }
/** What people set is compiled at most so often for those who look. */
const FRESH_MS = 60_000
const known = new Map<string, { readonly at: number; readonly rules: Promise<readonly RuleBrief[]> }>()
let published: readonly RuleBrief[] | undefined

export function briefOf(rule: Rule): RuleBrief {
  const { name, version, level } = rule
  return { name, version, level, memory: memoryOf(rule)?.kind ?? rule.memory?.kind }
}

/** What has to be read for `rulesAt`; undefined while what it gave last is fresh. */
export async function questionFor(tx: Tx, site: string): Promise<RulesQuestion | undefined> {
  const held = known.get(site)
  if (held !== undefined && performance.now() - held.at < FRESH_MS) return undefined
  return { texts: await textsInForce(tx, site), settings: (await settingsOf(tx, site, contentInForce)) ?? null }
}

export function rulesAt(site: string, question: RulesQuestion | undefined): Promise<readonly RuleBrief[]> {
  const held = known.get(site)
  if (question === undefined && held !== undefined) return held.rules
  const isAsPublished = question === undefined || (question.texts.length === 0 && question.settings === null)
  const rules = isAsPublished ? Promise.resolve(asPublished()) : ask(question)
  known.set(site, { at: performance.now(), rules })
  return rules
}

/** Compiled once: the same for all who ask. */
function asPublished(): readonly RuleBrief[] {
  published ??= contentInForce().rules.map(briefOf)
  return published
}

/** As published where it takes too long or too much. */
async function ask(question: RulesQuestion): Promise<readonly RuleBrief[]> {
  const rules = await askThread<readonly RuleBrief[]>(new URL('./rules-worker.ts', import.meta.url), question, BOUNDS).catch(
    () => undefined,
  )
  return rules ?? asPublished()
}
