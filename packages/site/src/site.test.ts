/** One site's fold: the same rows from the same observations, whatever is cut where; each batch once. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileRules, type Rule } from '@isthmus/detect'
import type { Batch, Observation, Technique } from '@isthmus/model'
import { claimed, other, read, SITE, session, story } from '@isthmus/track/testing'
import type { SiteChanges } from './changes.ts'
import { createSite, isBatchRefusal, type Site, type SiteOptions } from './site.ts'

const TECHNIQUES = JSON.parse(readFileSync(new URL('../../../content/attack/techniques.json', import.meta.url), 'utf8')) as {
  techniques: Record<string, Technique>
}

/** Rules that make the story fire: one match, one first sight, one count, one sequence. */
function rules(): readonly Rule[] {
  const on = (name: string, category: string, selection: object, more: object = {}) => ({
    title: name,
    name,
    level: 'high',
    status: 'stable',
    tags: ['attack.t0843'],
    logsource: { product: 'isthmus', category },
    detection: { selection, condition: 'selection' },
    ...more,
  })
  const documents = [
    on('program-downloaded', 'program_downloaded', { ok: true }),
    on('controller-stopped', 'mode_changed', { mode: 'stop' }),
    on('new-reader', 'process_read', { count: 1 }, { first_seen: { 'group-by': ['client', 'server'] } }),
    on('tried', 'session_updated', { state: 'tried' }),
    {
      title: 'scan',
      name: 'scan',
      level: 'medium',
      correlation: {
        type: 'value_count',
        rules: ['tried'],
        'group-by': ['client'],
        timespan: '5m',
        condition: { gte: 8, field: 'server' },
      },
    },
  ]
  const set = compileRules(
    documents.map((document, i) => ({ file: `${i}.yaml`, document })),
    {
      regex: (pattern, flags) => (text) => new RegExp(pattern, flags).test(text),
    },
  )
  assert.deepEqual(set.errors, [])
  return set.rules
}

const RULES = rules()
const options: SiteOptions = {
  site: SITE,
  rules: RULES,
  learningUs: 30e6,
  content: { techniques: TECHNIQUES.techniques, wording: RULES.map((rule) => rule.wording) },
  vendorOf: (mac) => `maker of ${mac.slice(-2)}`,
}

/** What a database would hold after each batch's transaction: rows as text by table and key. */
class Database {
  readonly rows = new Map<string, string>()
  readonly #samples: unknown[] = []
  readonly #changes: unknown[] = []

  write(changes: SiteChanges): void {
    const put = (table: string, rows: readonly { readonly id: string }[]) => {
      for (const row of rows) this.rows.set(`${table} ${row.id}`, JSON.stringify(row))
    }
    for (const id of changes.removedAssets) this.rows.delete(`assets ${id}`)
    put('assets', changes.assets)
    put('links', changes.links)
    put('sessions', changes.sessions)
    put('operations', changes.operations)
    put('tags', changes.tags)
    put('findings', changes.findings)
    put('alerts', changes.alerts)
    put('incidents', changes.incidents)
    for (const { finding, first, last } of changes.grounds) {
      const kept = this.rows.get(`grounds ${finding}`)
      this.rows.set(`grounds ${finding}`, JSON.stringify({ first: kept === undefined ? first : JSON.parse(kept).first, last }))
    }
    for (const row of changes.coverage) this.rows.set(`coverage ${row.protocol}`, JSON.stringify(row))
    for (const table of ['detectorState', 'learned', 'trackState'] as const) {
      for (const [key, row] of changes[table]) {
        if (row === null) this.rows.delete(`${table} ${key}`)
        else this.rows.set(`${table} ${key}`, JSON.stringify(row))
      }
    }
    this.#samples.push(...changes.samples)
    this.#changes.push(...changes.changes)
  }

  open(batches: number): Site {
    const site = createSite(options)
    const of = (table: string) => [...this.rows].filter(([key]) => key.startsWith(`${table} `)).reverse()
    const documents = (table: string) => of(table).map(([, text]) => JSON.parse(text))
    const keyed = (table: string) => of(table).map(([key, text]) => [key.slice(table.length + 1), JSON.parse(text)] as const)
    site.load({
      assets: documents('assets'),
      links: documents('links'),
      sessions: documents('sessions'),
      operations: documents('operations'),
      tags: documents('tags'),
      coverage: documents('coverage'),
      alerts: documents('alerts'),
      incidents: documents('incidents'),
      detectorState: keyed('detectorState'),
      learned: documents('learned'),
      state: keyed('trackState'),
      batches: [['one', batches]],
    })
    return site
  }

  lines(): string[] {
    return [...this.rows]
      .map(([key, text]) => `${key} ${text}`)
      .sort()
      .concat([...this.#samples, ...this.#changes].map((row) => JSON.stringify(row)))
  }
}

function batch(number: number, observations: readonly Observation[]): Batch {
  return { site: SITE, sensor: 'one', number, observations }
}

function applied(site: Site, given: Batch): SiteChanges {
  const changes = site.apply(given)
  assert.ok(!isBatchRefusal(changes), JSON.stringify(changes))
  return changes
}

/** The first line that differs: whole texts would drown it. */
function assertSame(actual: string[], expected: string[], message: string): void {
  const at = expected.findIndex((line, i) => line !== actual[i])
  if (at >= 0 || actual.length !== expected.length) assert.fail(`${message}\n${actual[at]}\ninstead of\n${expected[at]}`)
}

const YEAR = 365 * 86_400e6

/** The story under clocks that are wrong at first, set back in between, and wrong again. */
function jumpingStory(): Observation[] {
  const all = story()
  const jumps: readonly (readonly [from: number, to: number, by: number])[] = [
    [0, 3, 75 * YEAR],
    [20, 26, -53 * YEAR],
    [40, 50, 3 * 3600e6],
    [55, 58, -30 * 86_400e6],
    [60, 64, 75 * YEAR],
    [79, 82, -2 * 3600e6],
    [88, 89, -53 * YEAR],
  ]
  return all.map((o, i) => {
    const by = jumps.find(([from, to]) => i >= from && i < to)?.[2] ?? 0
    return by === 0 ? o : { ...o, at: o.at + by, ...('first' in o ? { first: o.first + by } : {}) }
  })
}

const STORIES = { 'the story': story, 'the story under clocks that jump': jumpingStory } as const

test('the story raises findings, alerts and an incident', () => {
  const changes = applied(createSite(options), batch(1, story()))
  const rules = new Set(changes.findings.map((finding) => finding.rule))
  assert.deepEqual([...rules].sort(), ['controller-stopped', 'new-reader', 'program-downloaded', 'scan'])
  assert.ok(changes.alerts.length > 0 && changes.incidents.length > 0)
  assert.ok(changes.findings.every((finding) => finding.clientAsset !== undefined))
})

test('the same observations give the same bytes', () => {
  const run = () => JSON.stringify(applied(createSite(options), batch(1, story())))
  assert.equal(run(), run())
})

for (const [name, make] of Object.entries(STORIES)) {
  test(`${name}: a crash after any batch, and batches cut anywhere, give the same rows`, () => {
    const observations = make()
    const whole = new Database()
    whole.write(applied(createSite(options), batch(1, observations)))
    for (let cut = 0; cut <= observations.length; cut++) {
      const database = new Database()
      database.write(applied(createSite(options), batch(1, observations.slice(0, cut))))
      database.write(applied(database.open(1), batch(2, observations.slice(cut))))
      assertSame(database.lines(), whole.lines(), `cut at ${cut}: ${JSON.stringify(observations[cut])}`)
    }
  })

  test(`${name}: a restart after every single observation gives the same rows`, () => {
    const whole = new Database()
    whole.write(applied(createSite(options), batch(1, make())))
    const database = new Database()
    for (const [i, observation] of make().entries()) database.write(applied(database.open(i), batch(i + 1, [observation])))
    assertSame(database.lines(), whole.lines(), 'one by one')
  })
}

test('clocks that jump hide nothing of the story', () => {
  const rulesOf = (observations: Observation[]) => new Set(applied(createSite(options), batch(1, observations)).findings.map((f) => f.rule))
  assert.deepEqual(rulesOf(jumpingStory()), rulesOf(story()))
})

test('an alert taken up again takes what follows, as after a restart', () => {
  const download = { section: 'OB1', sectionType: 'block', bytes: 9, hash: undefined, user: undefined, ok: true }
  const alarm = (second: number) => other('program.downloaded', '10.0.0.1:1', '10.0.0.2:102', download, { protocol: 's7comm', second })
  const alertsAfter = (decide: (site: Site, alert: string) => void) => {
    const site = createSite(options)
    const [alert] = applied(site, batch(1, [alarm(1)])).alerts
    decide(site, alert!.id)
    // Another finding: what the first says is over after ten minutes.
    return applied(site, batch(2, [alarm(900)])).alerts.map(({ id, findingCount }) => [id === alert!.id, findingCount])
  }
  assert.deepEqual(
    alertsAfter((site, alert) => site.settle(alert)),
    [[false, 1]],
  )
  assert.deepEqual(
    alertsAfter((site, alert) => {
      site.settle(alert)
      site.reopen(alert)
    }),
    [[true, 2]],
  )
})

test('a batch is applied once and in order; the refusal says what to send', () => {
  const site = createSite(options)
  assert.deepEqual(site.apply(batch(2, story())), { refused: 'gap', expected: 1 })
  applied(site, batch(1, [claimed('10.0.0.1', '02:00:00:00:00:01')]))
  assert.deepEqual(site.apply(batch(1, story())), { refused: 'repeated', expected: 2 })
  assert.deepEqual(site.apply({ ...batch(2, []), site: 'elsewhere' }), { refused: 'other-site', expected: 2 })
  assert.equal(site.tracker.assets.size, 1)
  applied(site, { ...batch(1, []), sensor: 'two' })
  assert.deepEqual([site.lastBatch('one'), site.lastBatch('two'), site.lastBatch('three')], [1, 1, 0])
})

test('an observation of another site is refused and counted', () => {
  const site = createSite(options)
  site.applyObservation({ ...session('10.0.0.1:1', '10.0.0.2:502'), site: 'elsewhere' })
  assert.deepEqual([site.tracker.assets.size, site.refused()], [0, { 'other site': 1 }])
})

test('merged assets are named, so that rows elsewhere can follow', () => {
  const changes = applied(
    createSite(options),
    batch(1, [
      other('device.diagnosed', '/02:00:00:00:00:0a', '/ff:ff:ff:ff:ff:ff', { what: 'x', fault: false, first: 1, count: 1 }),
      session('10.0.0.1:1', '10.0.0.2:2', { second: 1 }),
      claimed('10.0.0.1', '02:00:00:00:00:0a', { second: 2 }),
    ]),
  )
  const [merged] = changes.mergedAssets
  assert.deepEqual(changes.removedAssets, [merged?.from])
  assert.ok(changes.assets.some((asset) => asset.id === merged?.into))
  assert.ok(!changes.assets.some((asset) => asset.id === merged?.from))
  assert.equal(changes.sessions[0]?.clientAsset, merged?.into)
})

test('findings, alerts and incidents follow a merged asset, before and after a restart', () => {
  const mac = '02:00:00:00:00:0a'
  const download = { section: 'OB1', sectionType: 'block', bytes: 9, hash: undefined, user: undefined, ok: true }
  const alarm = (second: number) => other('program.downloaded', '10.0.0.1:1', '10.0.0.2:102', download, { protocol: 's7comm', second })
  const hello = other('device.diagnosed', `/${mac}`, '/ff:ff:ff:ff:ff:ff', { what: 'x', fault: false, first: 1, count: 1 })
  const before = [hello, alarm(1)]
  const after = [claimed('10.0.0.1', mac, { second: 2 }), alarm(3)]
  const database = new Database()
  database.write(applied(createSite(options), batch(1, before)))
  const lost = JSON.parse([...database.rows].find(([key]) => key.startsWith('alerts'))![1]).clientAsset as string
  database.write(applied(database.open(1), batch(2, after)))
  const names = (table: string) => [...database.rows].filter(([key, text]) => key.startsWith(table) && text.includes(lost))
  for (const table of ['alerts', 'incidents', 'sessions', 'assets']) assert.deepEqual(names(table), [])
  const whole = new Database()
  whole.write(applied(createSite(options), batch(1, [...before, ...after])))
  const alerts = (of: Database) => of.lines().filter((line) => /^(alerts|incidents|assets)/.test(line))
  assert.ok(alerts(whole).length >= 4)
  assert.deepEqual(alerts(database), alerts(whole))
})

test("a person's override is a row and a dated change", () => {
  const site = createSite(options)
  const { assets } = applied(site, batch(1, [read('10.0.0.1', '10.0.0.2', 'x', 1)]))
  const changes = site.override(assets[0]!.id, 'type', 'historian', 1_800_000_000_000_000)
  assert.deepEqual([changes.assets.length, changes.assets[0]?.type, changes.assets[0]?.purdueLevel], [1, 'historian', 3])
  assert.deepEqual(
    changes.changes.map((change) => change.attribute),
    ['type', 'purdueLevel'],
  )
})
