/** One site's fold, durable: batches in, rows out, one transaction each. Memory never runs ahead of the database for long. */

import type { Batch, Incident } from '@isthmus/model'
import { createSite, isBatchRefusal, type Site, type SiteChanges, type SiteOptions } from '@isthmus/site'
import type { Database, Tx } from '../database/connect.ts'
import type { Partitions } from '../database/partitions.ts'
import { withPlausibleTimes } from '../database/times.ts'
import type { ObservationKeeper } from '../observations/observation-keeper.ts'
import type { Decision } from '../services.ts'
import { HealthWriter } from './health.ts'
import { loadRows, loadSessions } from './load.ts'
import { loadSiteOptions } from './site-options.ts'
import { OutOfTurn, writeChanges, writeRows } from './write.ts'

export type FoldOptions = Omit<SiteOptions, 'site'>
export type Told = (site: string, changes: SiteChanges) => void

/**
 * When a transaction fails, what the fold holds in memory is ahead of the rows: it is thrown away, and the next batch
 * starts from the rows again. So a batch is applied whole or not at all, and a number once.
 */
export class Fold {
  readonly site: string
  readonly #database: Database
  readonly #partitions: Partitions
  readonly #options: FoldOptions
  readonly #told: Told
  readonly #keeper: ObservationKeeper | undefined
  readonly #health = new HealthWriter()
  #state: Site | undefined
  /** Captures and the plant may feed one site: one batch after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param keeper where what was observed is kept, if it is */
  constructor(site: string, database: Database, partitions: Partitions, options: FoldOptions, told: Told, keeper?: ObservationKeeper) {
    this.site = site
    this.#database = database
    this.#partitions = partitions
    this.#options = options
    this.#told = told
    this.#keeper = keeper
  }

  /** True when the batch was applied, false when it had been before. `isLast` ends a finite input: held back counts are told. */
  apply(batch: Batch, isLast: boolean): Promise<boolean> {
    // A forged clock shows times that no column holds; the batch is worth more than they are.
    const observations = batch.observations.map(withPlausibleTimes)
    return this.#inTurn(() => this.#apply({ ...batch, observations }, isLast))
  }

  async #apply(batch: Batch, isLast: boolean): Promise<boolean> {
    const state = await this.#open()
    if (batch.number <= state.lastBatch(batch.sensor)) return false
    try {
      await this.#recall(state, batch)
      const changes = state.apply(batch)
      if (isBatchRefusal(changes))
        throw new OutOfTurn(`batch ${batch.number} of ${batch.sensor}: ${changes.refused}, expected ${changes.expected}`)
      const rest = isLast ? this.#finish(state) : undefined
      const all = rest === undefined ? [changes] : [changes, rest]
      await this.#makeDays(all)
      const applied = { site: this.site, sensor: batch.sensor, number: batch.number, lastAt: latest(batch) }
      const kept = await this.#keeper?.keep(batch, isLast)
      await this.#write(async (tx) => {
        await writeChanges(tx, applied, changes)
        if (kept) await this.#keeper?.count(tx, kept)
        if (rest) await writeRows(tx, this.site, rest)
        await this.#health.write(tx, this.site, state)
      })
      if (kept) this.#keeper?.counted(kept)
      this.#health.kept()
      for (const one of all) this.#told(this.site, one)
      return true
    } catch (error) {
      this.#state = undefined
      this.#keeper?.forget()
      throw error
    }
  }

  /** What a person decided, for the fold that is open; a closed one reads it from the rows. */
  decide(decision: Decision, nowUs: number): Promise<void> {
    return this.#inTurn(() => this.#decide(decision, nowUs))
  }

  async #decide(decision: Decision, nowUs: number): Promise<void> {
    const state = this.#state
    if (!state) return
    if (decision.kind === 'controls') {
      this.#state = undefined
      return
    }
    try {
      if (decision.kind === 'settled') state.settle(decision.alert)
      if (decision.kind === 'reopened') state.reopen(decision.alert)
      if (decision.kind === 'override') {
        const changes = state.override(decision.asset, decision.attribute, decision.value ?? undefined, nowUs)
        await this.#write((tx) => writeRows(tx, this.site, changes))
        this.#told(this.site, changes)
      }
      if (decision.kind === 'baseline') {
        const changes = state.editBaseline(decision.edit)
        await this.#write((tx) => writeRows(tx, this.site, changes))
      }
      if (decision.kind === 'moved') {
        const rows = await this.#database.scoped([this.site], (tx) => loadRows(tx, this.site), 'read only')
        const incident = [...(rows.incidents ?? [])].find((one: Incident) => one.id === decision.incident)
        if (incident) state.replaceIncident(incident)
      }
    } catch (error) {
      this.#state = undefined
      throw error
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #open(): Promise<Site> {
    if (this.#state) return this.#state
    const { options, rows } = await this.#database.scoped(
      [this.site],
      async (tx) => ({ options: await loadSiteOptions(tx, this.site, this.#options), rows: await loadRows(tx, this.site) }),
      'read only',
    )
    const state = createSite(options)
    state.load(rows)
    this.#state = state
    return state
  }

  #finish(state: Site): SiteChanges {
    state.finish()
    return state.takeChanges()
  }

  /** Sessions that left memory come back before their next count, or that count would begin at zero. */
  async #recall(state: Site, batch: Batch): Promise<void> {
    const wanted = new Map<string, number>()
    for (const o of batch.observations) if (o.kind === 'session.updated' && !state.tracker.sessions.has(o.id)) wanted.set(o.id, o.startedAt)
    if (wanted.size === 0) return
    const sessions = await this.#database.scoped([this.site], (tx) => loadSessions(tx, this.site, wanted), 'read only')
    if (sessions.length > 0) state.load({ sessions })
  }

  async #makeDays(all: readonly SiteChanges[]): Promise<void> {
    for (const changes of all) {
      await this.#partitions.ensure(
        'sessions',
        changes.sessions.map((session) => session.startedAt),
      )
      await this.#partitions.ensure(
        'tag_samples',
        changes.samples.map((sample) => sample.at),
      )
    }
  }

  #write(work: (tx: Tx) => Promise<void>): Promise<void> {
    return this.#database.scoped([this.site], work)
  }
}

function latest(batch: Batch): number | undefined {
  let last: number | undefined
  for (const { at } of batch.observations) if (last === undefined || at > last) last = at
  return last
}
