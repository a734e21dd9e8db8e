/** A restart between any two observations changes nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '@isthmus/model'
import type { Change } from './change.ts'
import { createTracker } from './site-tracker.ts'
import { SITE } from './testing/observations.ts'
import { story } from './testing/story.ts'
import type { Tracker, TrackerOptions } from './tracker.ts'

const COLLECTIONS = ['assets', 'links', 'sessions', 'operations', 'tags', 'programs', 'coverage'] as const
const options: TrackerOptions = { vendorOf: (mac) => `maker of ${mac.slice(-2)}` }

/** What a database would hold: rows as text, by kind and key. */
class Store {
  readonly rows = new Map<string, string>()
  readonly changes: Change[] = []
  readonly samples: unknown[] = []

  apply(tracker: Tracker, observations: readonly Observation[]): void {
    for (const o of observations) this.changes.push(...tracker.apply(o))
    for (const id of tracker.takeRemoved()) this.rows.delete(`assets ${id}`)
    for (const kind of COLLECTIONS) {
      for (const [key, row] of tracker[kind].takeChanges()) this.rows.set(`${kind} ${key}`, JSON.stringify(row))
    }
    for (const [key, row] of tracker.takeState()) {
      if (row === null) this.rows.delete(`state ${key}`)
      else this.rows.set(`state ${key}`, JSON.stringify(row))
    }
    this.samples.push(...tracker.takeSamples())
  }

  /** A tracker with these rows, given in another order than they were written. */
  resume(given: TrackerOptions): Tracker {
    const tracker = createTracker(SITE, given)
    const keys = [...this.rows.keys()].sort().reverse()
    const of = (kind: string) => keys.filter((key) => key.startsWith(`${kind} `)).map((key) => JSON.parse(this.rows.get(key)!))
    const state = keys.filter((key) => key.startsWith('state ')).map((key) => [key.slice(6), JSON.parse(this.rows.get(key)!)] as const)
    tracker.load({ ...Object.fromEntries(COLLECTIONS.map((kind) => [kind, of(kind)])), state })
    return tracker
  }

  text(): string {
    return JSON.stringify({ rows: [...this.rows].sort(), changes: this.changes, samples: this.samples }, null, 1)
  }
}

for (const [name, given] of Object.entries<TrackerOptions>({
  'with room': options,
  'with every cap in reach': {
    ...options,
    caps: {
      assets: 9,
      external: 1,
      candidates: 1,
      operations: 4,
      operationsOfPair: 2,
      tags: 3,
      tagsOfServer: 2,
      links: 6,
      macs: 7,
    },
  },
})) {
  test(`${name}, a restart at any point gives the same rows, changes and samples`, () => {
    const observations = story()
    const whole = new Store()
    whole.apply(createTracker(SITE, given), observations)
    for (let cut = 0; cut <= observations.length; cut++) {
      const store = new Store()
      store.apply(createTracker(SITE, given), observations.slice(0, cut))
      store.apply(store.resume(given), observations.slice(cut))
      assert.equal(firstDifference(store.text(), whole.text()), undefined, `cut at ${cut}: ${JSON.stringify(observations[cut])}`)
    }
  })
}

/** The first line that differs, both ways: whole texts would drown it. */
function firstDifference(actual: string, expected: string): string | undefined {
  const [a, b] = [actual.split('\n'), expected.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  return at < 0 && a.length === b.length ? undefined : `${a[at]}\ninstead of\n${b[at]}`
}

test('what is loaded reads as what was written, and is not written again', () => {
  const store = new Store()
  const tracker = createTracker(SITE, options)
  store.apply(tracker, story())
  const again = store.resume(options)
  for (const kind of COLLECTIONS) {
    const sorted = (of: Tracker) => [...of[kind].entries()].map(([key, row]) => `${key} ${JSON.stringify(row)}`).sort()
    assert.deepEqual(sorted(again), sorted(tracker))
    assert.deepEqual(again[kind].takeChanges(), [])
  }
  assert.deepEqual(again.takeState(), [])
})
