import assert from 'node:assert/strict'
import test from 'node:test'
import type { Finding, Suppression, SuppressionScope } from '@isthmus/model'
import { createDesk, type Desk } from './desk.ts'
import { NO_ASSETS } from './hosts.ts'
import { type PreviewInput, preview } from './preview.ts'
import { checkSuppression, hides } from './suppression.ts'
import { HOUR, START, TECHNIQUES, type Told, told, WORDING } from './testing.ts'
import { order, suppression } from './testing-decisions.ts'

const CONTENT = { techniques: TECHNIQUES, wording: WORDING }
const CHANGES = { changes: [] }

function deskWith(suppressions: readonly Suppression[], stories: readonly Told[]): { desk: Desk; taken: Finding[] } {
  const desk = createDesk('s', CONTENT, { controls: { ...CHANGES, suppressions } })
  return { desk, taken: stories.map(({ finding, ends }) => desk.take(finding, ends)) }
}

const shown = (desk: Desk) => JSON.stringify([[...desk.alerts.values()], [...desk.incidents.values()]])

function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return Math.floor((state / 2_147_483_647) * below)
  }
}

const NAMES = ['WS-12', 'WS-13', 'ENG-04', 'PLC-3', 'PLC-4']
const RULES = ['scan', 'guess', 'desktop', 'setpoint', 'stop', 'lookup']

function someStories(next: (below: number) => number, count: number): Told[] {
  let minutes = 0
  return Array.from({ length: count }, () => {
    minutes += next(40)
    const from = next(5)
    const more = next(4) === 0 ? { user: `u${next(3)}` } : {}
    return told(RULES[next(6)]!, NAMES[from]!, NAMES[(from + 1 + next(4)) % 5]!, minutes, more)
  })
}

function someScope(next: (below: number) => number): SuppressionScope {
  const parts: SuppressionScope[] = [
    { rule: RULES[next(6)]! },
    { engine: (['threat', 'policy', 'anomaly', 'operation'] as const)[next(4)]! },
    { level: (['low', 'medium', 'high'] as const)[next(3)]! },
    { client: ['10.9.0.12', 'ast-ENG-04', '10.9.0.0/24'][next(3)]! },
    { server: ['10.1.2.20', '10.1.2.0/24', 'ast-PLC-4'][next(3)]! },
    { user: `u${next(3)}` },
  ]
  return { ...parts[next(6)], ...(next(2) === 0 ? parts[next(6)] : {}) }
}

test('each part of a scope narrows it, and a host is an asset, an address or a network', () => {
  const { finding } = told('stop', 'ENG-04', 'PLC-3', 5, { user: 'WORKS\\M.Meier' })
  const does = (scope: SuppressionScope) => hides(suppression(scope), finding, NO_ASSETS)
  const holding: SuppressionScope[] = [
    { rule: 'stop' },
    { engine: 'operation' },
    { level: 'high' },
    { level: 'critical' },
    { client: 'ast-ENG-04' },
    { server: '10.1.2.20' },
    { server: '10.1.2.0/27', client: '10.1.0.0/16', protocol: 'p', user: 'm.meier' },
  ]
  const other: SuppressionScope[] = [
    { rule: 'scan' },
    { engine: 'policy' },
    { level: 'medium' },
    { client: '10.1.2.20' },
    { server: '10.1.2.0/30' },
    { server: '10.1.2.20', user: 'x' },
    { rule: 'stop', protocol: 'q' },
  ]
  assert.deepEqual(
    holding.map(does),
    holding.map(() => true),
  )
  assert.deepEqual(
    other.map(does),
    other.map(() => false),
  )
})

test('a name on the wire hides nothing: whoever sends it chooses it', () => {
  const { finding } = told('stop', 'ENG-04', 'PLC-3', 5)
  assert.equal(hides(suppression({ client: 'ENG-04' }), finding, { nameOf: () => 'ENG-04', current: (asset) => asset }), false)
})

test('it holds from its first to before its last moment, in event time, and the same finding alerts again afterwards', () => {
  const until = told('stop', 'ENG-04', 'PLC-3', 30).finding.at
  const of = suppression({ rule: 'stop' }, { until })
  const [before, last, end] = [-1, 29, 30].map((minutes) => told('stop', 'ENG-04', 'PLC-3', minutes))
  assert.deepEqual(
    [before, last, end].map((one) => hides(of, one!.finding, NO_ASSETS)),
    [false, true, false],
  )
  const grown = { ...last!, finding: { ...last!.finding, at: until, count: 9 } }
  const { desk, taken } = deskWith([of], [last!, grown])
  assert.deepEqual(
    taken.map((finding) => finding.suppressedBy),
    ['sup-1', undefined],
  )
  assert.deepEqual(
    [...desk.alerts.values()].map((alert) => alert.findingCount),
    [1],
  )
})

test('a known threat of level high and what exceeds a change are hidden only by who names the rule', () => {
  const { finding } = told('guess', 'WS-12', 'ENG-04', 5)
  for (const scope of [{ engine: 'threat' }, { client: '10.9.0.12' }, { level: 'critical' as const }])
    assert.equal(hides(suppression(scope), finding, NO_ASSETS), false)
  assert.equal(hides(suppression({ rule: 'guess', client: '10.9.0.12' }), finding, NO_ASSETS), true)
  assert.equal(hides(suppression({ engine: 'threat' }), { ...finding, level: 'medium' }, NO_ASSETS), true)
  const exceeded = { ...finding, engine: 'operation' as const, rule: 'authorised-change-exceeded', level: 'critical' as const }
  assert.equal(hides(suppression({ client: '10.9.0.12' }), exceeded, NO_ASSETS), false)
})

test('what is wrong with a suppression is said by field', () => {
  const of = (more: Partial<Suppression>) => checkSuppression({ ...suppression({ rule: 'stop' }), ...more }).map(({ field }) => field)
  assert.deepEqual(of({}), [])
  assert.deepEqual(of({ scope: {} }), ['scope'])
  assert.deepEqual(of({ scope: { client: '10.1.2.0/40', server: '300.1.1.1/8' } }), ['scope.client', 'scope.server'])
  assert.deepEqual(of({ reason: ' ' }), ['reason'])
  assert.deepEqual(of({ until: START }), ['until'])
  assert.deepEqual(of({ until: START + 367 * 24 * HOUR }), ['until'])
})

test('a hidden finding changes nothing: the desk is that of the other findings, byte for byte', () => {
  let hidden = 0
  for (let seed = 1; seed <= 60; seed++) {
    const next = random(seed * 7919)
    const stories = someStories(next, 40)
    const all = [1, 2].map((n) =>
      suppression(someScope(next), { id: `sup-${n}`, from: START + next(5) * HOUR, until: START + (6 + next(12)) * HOUR }),
    )
    const others = stories.filter(({ finding }) => !all.some((one) => hides(one, finding, NO_ASSETS)))
    const { desk, taken } = deskWith(all, stories)
    assert.equal(shown(desk), shown(deskWith([], others).desk), `seed ${seed}`)
    hidden += taken.filter((finding) => finding.suppressedBy !== undefined).length
    assert.equal(taken.filter((finding) => finding.suppressedBy === undefined).length, others.length)
  }
  assert.ok(hidden > 100, `${hidden} hidden`)
})

test('a narrower scope never hides more', () => {
  const next = random(5)
  let checked = 0
  for (let i = 0; i < 1000; i++) {
    const [story] = someStories(next, 1)
    const [wide, more] = [someScope(next), someScope(next)]
    const narrow = { ...more, ...wide }
    // Of a known threat more is hidden by who names its rule.
    if (story!.finding.engine === 'threat' || !hides(suppression(narrow), story!.finding, NO_ASSETS)) continue
    assert.ok(hides(suppression(wide), story!.finding, NO_ASSETS))
    checked++
  }
  assert.ok(checked > 20, `${checked} checked`)
})

const inputOf = (stories: readonly Told[], hidden: readonly string[] = []): PreviewInput => {
  const ends = new Map(stories.map((story) => [story.finding.id, story.ends]))
  return {
    site: 's',
    content: CONTENT,
    findings: stories.map(({ finding }) => (hidden.includes(finding.id) ? { ...finding, suppressedBy: 'sup-0' } : finding)),
    endsOf: (finding) => ends.get(finding.id)!,
    changes: [],
    assets: NO_ASSETS,
  }
}

test('a preview says which alerts would not have been, and of those that stay the score before and after', () => {
  const stories = [
    told('setpoint', 'WS-12', 'PLC-3', 0),
    told('stop', 'WS-12', 'PLC-3', 5),
    told('scan', 'WS-13', 'ENG-04', 7),
    told('stop', 'ENG-04', 'PLC-4', 9),
  ]
  const { hidden, findings, alerts, incidents } = preview(suppression({ rule: 'stop' }), inputOf(stories))
  assert.deepEqual([findings, hidden.length], [4, 2])
  assert.deepEqual(
    alerts.map(({ title, before, after }) => [title, before, after]),
    [
      ['Controller stopped: WS-12 to PLC-3', { level: 'high', score: 80, findings: 2 }, { level: 'medium', score: 55, findings: 1 }],
      ['Controller stopped: ENG-04 to PLC-4', { level: 'high', score: 55, findings: 1 }, undefined],
    ],
  )
  assert.equal(incidents.length, 2)
  assert.ok(incidents.every(({ after }) => after === undefined))
})

test('what another suppression hides already is not counted again', () => {
  const stories = [told('stop', 'ENG-04', 'PLC-3', 5), told('stop', 'ENG-04', 'PLC-4', 6)]
  const { hidden, alerts } = preview(suppression({ rule: 'stop' }), inputOf(stories, [stories[0]!.finding.id]))
  assert.deepEqual([hidden, alerts.length], [[stories[1]!.finding.id], 1])
})

test('what a change explains stays explained: its alert goes from nothing to nothing', () => {
  const [one, other] = [told('stop', 'ENG-04', 'PLC-3', 5), told('setpoint', 'ENG-04', 'PLC-3', 6)]
  const input = inputOf([one, other])
  const findings = input.findings.map((finding) => ({ ...finding, authorisedBy: 'chg-1' }))
  const { alerts } = preview(suppression({ rule: 'stop' }), { ...input, findings, changes: [order({ activities: [] })] })
  assert.deepEqual(
    alerts.map(({ before, after }) => [before, after]),
    [
      [
        { level: 'informational', score: 0, findings: 2 },
        { level: 'informational', score: 0, findings: 1 },
      ],
    ],
  )
})

test('the preview of any suppression is what the desk does with it', () => {
  let changed = 0
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed * 104_729)
    const stories = someStories(next, 30)
    const of = suppression(someScope(next), { until: START + (1 + next(20)) * HOUR })
    const told = preview(of, inputOf(stories))
    const [without, with_] = [deskWith([], stories).desk, deskWith([of], stories)]
    assert.equal(told.hidden.length, with_.taken.filter((finding) => finding.suppressedBy !== undefined).length)
    const gone = told.alerts.filter(({ after }) => after === undefined).length
    const split = with_.desk.alerts.size - (without.alerts.size - gone)
    assert.ok(split >= 0, 'an alert may come apart, none is lost')
    for (const { id, before } of told.alerts) {
      const alert = without.alerts.get(id)
      assert.deepEqual([alert?.score, alert?.level], [before.score, before.level])
    }
    const standing = [...without.incidents.values()].filter(({ mergedInto }) => mergedInto === undefined)
    for (const { before } of told.incidents) {
      assert.ok(
        standing.some(({ level, score }) => level === before.level && score === before.score),
        `seed ${seed}: ${JSON.stringify(before)}`,
      )
    }
    if (told.hidden.length === 0) assert.deepEqual([told.alerts, told.incidents], [[], []])
    changed += told.alerts.length
  }
  assert.ok(changed > 20, `${changed} alerts differ`)
})
