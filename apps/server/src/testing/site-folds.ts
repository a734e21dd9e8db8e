/** Folds of some sites beside a test's server, told what people decide as the ingest worker would be. */
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { session } from './observations.ts'
import type { Client, Json, TestServer } from './server.ts'

const NOON_US = 1_773_144_000_000_000
const HOUR_US = 3600e6

/** Of the conversations that `found` brings. */
export const RULE = `title: A conversation with the scale
name: scale-spoken-to
level: high
tags: [attack.t0855]
logsource: { product: isthmus, category: session_updated }
detection:
  scale: { server.ip: 10.0.0.2, protocol: modbus }
  condition: scale
`

export class SiteFolds {
  readonly #server: TestServer
  readonly #folds: ReadonlyMap<string, Fold>
  readonly #numbers = new Map<string, number>()

  constructor(server: TestServer, sites: readonly string[]) {
    const { database } = server.test
    this.#server = server
    this.#folds = new Map(
      sites.map((site) => [site, new Fold(site, database, new Partitions(database.owner), loadFoldOptions(0), () => undefined)]),
    )
  }

  /** What one more conversation, hours after the one before, brings to light: the findings of it. */
  async found(site: string, reader: Client): Promise<Json[]> {
    // What is told to all sites is told a moment after the answer.
    await new Promise((done) => setTimeout(done, 50))
    for (const decision of this.#server.decisions.splice(0)) await this.#folds.get(decision.site)?.decide(decision, NOON_US)
    const number = (this.#numbers.get(site) ?? 0) + 1
    this.#numbers.set(site, number)
    const at = NOON_US + number * HOUR_US * 2
    await this.#folds.get(site)!.apply({ site, sensor: 'tap', number, observations: [session(site, `s${number}`, at)] }, true)
    const { items } = (await reader.get(`/findings?site=${site}&limit=200`)).body
    return items.filter((one: Json) => Date.parse(one.at) * 1000 >= at - 1e6)
  }
}
