import assert from 'node:assert/strict'
import test from 'node:test'
import type { Alert, AuthorisedChange, ChangeUse, Finding, Incident, Observation } from '@isthmus/model'
import { checkChange } from './change.ts'
import { createDesk, type Desk } from './desk.ts'
import { HOUR, host, START, TECHNIQUES, type Told, told, WORDING } from './testing.ts'
import { type Acted, acted, download, HASH_A, HASH_B, order, suppression } from './testing-decisions.ts'

const ATTACK = {
  ...TECHNIQUES,
  T0889: { name: 'Modify Program', tactics: ['persistence'], domain: 'ics' as const },
  T0855: { name: 'Unauthorized Command Message', tactics: ['impair-process-control'], domain: 'ics' as const },
  T0816: { name: 'Device Restart/Shutdown', tactics: ['inhibit-response-function'], domain: 'ics' as const },
}
const CONTENT = { techniques: ATTACK, wording: WORDING }
const ASSETS = { nameOf: (asset: string) => ({ '10.1.2.20': 'PLC-3', '10.1.1.9': 'ENG-04' })[asset], current: (asset: string) => asset }

const deskOf = (changes: readonly AuthorisedChange[]): Desk => createDesk('s', CONTENT, { controls: { changes }, assets: ASSETS })

type Step = Acted | Told

/** As a site does it: what the observation exceeds first, then what a rule says of it. */
function play(desk: Desk, steps: readonly Step[]): Finding[] {
  return steps.flatMap((step) => {
    if ('finding' in step) return [desk.take(step.finding, step.ends)]
    return desk.observe(step.observation, step.ends).map((finding) => desk.take(finding, step.ends))
  })
}

/** The rule on downloads, as it tells of one. */
function ruled({ observation, ends }: Acted, more: Partial<Finding> = {}): Told {
  const { at, client, server, kind } = observation
  const minutes = (at - START) / 60e6
  const of = told('stop', 'ENG-04', 'PLC-3', minutes)
  const user = 'user' in observation ? observation.user : undefined
  const finding = {
    ...of.finding,
    id: `fnd-${kind}-${client.ip}-${server.ip}-${minutes}`,
    rule: 'download',
    ruleTitle: 'Program downloaded',
    observed: kind,
  }
  return {
    finding: { ...finding, client, server, clientAsset: ends.client?.id, serverAsset: ends.server?.id, attack: ['T0889'], user, ...more },
    ends,
  }
}

const both = (act: Acted): Step[] => [act, ruled(act)]
const alertsOf = (desk: Desk): Alert[] => [...desk.alerts.values()].sort((a, b) => b.score - a.score)
const levels = (desk: Desk) =>
  alertsOf(desk).map(({ level, exceeds, authorised }) => [level, exceeds?.map(({ says }) => says) ?? authorised?.reference])

test('work that was ordered is an informational alert that says so, and adds up to nothing', () => {
  const desk = deskOf([order()])
  const [taken] = play(desk, both(download('ENG-04', 'PLC-3', 10)))
  assert.equal(taken?.authorisedBy, 'chg-1')
  assert.equal(taken?.level, 'high', 'the finding keeps what its rule says')
  const [alert, ...others] = alertsOf(desk)
  assert.equal(others.length, 0)
  assert.deepEqual([alert?.level, alert?.score, alert?.authorised?.reference], ['informational', 0, 'WO-17'])
  assert.match(alert!.what, /Work order WO-17 \(New dosing logic\) covers this: program download on PLC-3 until 2026-03-02 10:10:00 UTC\.$/)
  assert.deepEqual(
    alert?.scoreParts.map(({ why, points }) => [why, points]),
    [
      ['Severity of its strongest rule is high', 55],
      ['Authorised by work order WO-17 (New dosing logic)', -100],
      ['Target is a controller', 10],
      ['Expected work of an engineering station, if somebody planned it', -10],
    ],
  )
  assert.equal(desk.incidents.size, 0)
})

test('a program other than the one expected is critical, also where its finding has already been told', () => {
  const desk = deskOf([order({ expectedHashes: [HASH_A] })])
  const [first, second] = [download('ENG-04', 'PLC-3', 10, HASH_A), download('ENG-04', 'PLC-3', 12, HASH_B)]
  const rule = ruled(first)
  const grown = { ...rule, finding: { ...rule.finding, at: second.observation.at, count: 2 } }
  play(desk, [first, rule, second, grown])
  const [critical, explained, ...others] = alertsOf(desk)
  assert.equal(others.length, 0)
  assert.deepEqual(critical?.exceeds, [
    {
      change: 'chg-1',
      kind: 'work-order',
      reference: 'WO-17',
      exceeds: ['hash'],
      says: `the downloaded program's hash is not the expected one (SHA-256 ${'b'.repeat(12)}… was seen)`,
    },
  ])
  assert.equal(critical?.level, 'critical')
  assert.match(critical!.what, /beyond WO-17: the downloaded program's hash is not the expected one/)
  assert.ok(critical?.scoreParts.some(({ why, points }) => why.startsWith('Exceeds work order WO-17: the downloaded') && points > 0))
  assert.equal(
    critical?.score,
    Math.min(
      100,
      critical!.scoreParts.reduce((sum, { points }) => sum + points, 0),
    ),
  )
  assert.deepEqual([explained?.level, explained?.findingCount], ['informational', 1])
  assert.equal(desk.incidents.size, 1)
})

test('a program that was not seen whole proves nothing: its finding keeps its own level', () => {
  const desk = deskOf([order({ expectedHashes: [HASH_A] })])
  play(desk, both(download('ENG-04', 'PLC-3', 10, undefined)))
  assert.deepEqual(levels(desk), [['high', undefined]])
  assert.equal([...desk.changeUses.values()][0]?.deviations[0]?.says, 'the program was not seen whole, so its hash is not known')
})

const BEYOND: readonly [name: string, change: Partial<AuthorisedChange>, act: Acted, says: RegExp][] = [
  ['another host', {}, download('WS-12', 'PLC-3', 10), /^by ast|^by 10\.9\.0\.12, the work order names ENG-04$/],
  [
    'another account',
    { users: ['m.meier'] },
    download('ENG-04', 'PLC-3', 10, undefined, 'WORKS\\x'),
    /^by the account WORKS\\x, the work order names m\.meier$/,
  ],
  ['another asset of the same people', {}, download('ENG-04', 'PLC-4', 10), /^on 10\.1\.2\.21, the work order names PLC-3$/],
  [
    'another activity',
    {},
    acted('mode.changed', 'ENG-04', 'PLC-3', 10, { by: 'command', mode: 'stop' }),
    /^change of operating mode, the work order allows program download$/,
  ],
  ['a write by those who may only load', {}, acted('process.write', 'ENG-04', 'PLC-3', 10, { count: 1 }), /^writing of values, /],
  ['the same work after the end', {}, download('ENG-04', 'PLC-3', 130), /^10 min after it ended \(2026-03-02 10:10:00 UTC\)$/],
  ['the same work before it begins', { from: START + HOUR }, download('ENG-04', 'PLC-3', 50), /^10 min before it begins /],
]

for (const [name, change, act, says] of BEYOND) {
  test(`critical, and says why: ${name}`, () => {
    const desk = deskOf([order(change)])
    play(desk, both(act))
    const [alert, ...others] = alertsOf(desk)
    assert.equal(others.length, 0)
    assert.equal(alert?.level, 'critical')
    assert.match(alert!.exceeds![0]!.says, says)
  })
}

const NOT_ITS_BUSINESS: readonly [name: string, act: Acted][] = [
  ['work elsewhere by others', download('WS-12', 'PLC-4', 10)],
  ['the same work a day later', download('ENG-04', 'PLC-3', 26 * 60)],
  ['values written by who always writes them', acted('process.write', 'WS-12', 'PLC-3', 10, { count: 1 })],
  ['a device that states its mode', acted('mode.changed', 'WS-12', 'PLC-3', 10, { by: 'report', mode: 'stop' })],
]

for (const [name, act] of NOT_ITS_BUSINESS) {
  test(`left to the rules: ${name}`, () => {
    const desk = deskOf([order()])
    play(desk, both(act))
    assert.deepEqual(levels(desk), [['high', undefined]])
  })
}

test('a known threat and a broken specification are never excused', () => {
  const act = download('ENG-04', 'PLC-3', 10)
  for (const engine of ['threat', 'violation'] as const) {
    const desk = deskOf([order({ activities: [] })])
    play(desk, [act, ruled(act, { engine })])
    assert.deepEqual(levels(desk), [['high', undefined]])
  }
})

test('one order is not exceeded by what another one covers', () => {
  const other = order({ id: 'chg-2', reference: 'WO-18', hosts: ['10.9.0.12'] })
  const desk = deskOf([order(), other])
  play(desk, [...both(download('ENG-04', 'PLC-3', 10)), ...both(download('WS-12', 'PLC-3', 20))])
  assert.deepEqual(
    levels(desk).map(([level]) => level),
    ['informational', 'informational'],
  )
})

test('what exceeds is not hidden by a suppression of its host, and again after the end it is not excused', () => {
  const hidden = suppression({ client: '10.9.0.12' })
  const desk = createDesk('s', CONTENT, { controls: { changes: [order()], suppressions: [hidden] }, assets: ASSETS })
  play(desk, both(download('WS-12', 'PLC-3', 10)))
  assert.deepEqual(
    levels(desk).map(([level]) => level),
    ['critical'],
  )
})

test('the same excess a hundred times is one finding with a count, told as it doubles', () => {
  const desk = deskOf([order()])
  const taken = play(
    desk,
    Array.from({ length: 100 }, (_, i) => download('WS-12', 'PLC-3', i / 10)),
  )
  assert.equal(new Set(taken.map(({ id }) => id)).size, 1)
  assert.deepEqual(
    taken.map(({ count }) => count),
    [1, 2, 4, 8, 16, 32, 64],
  )
  assert.equal([...desk.changeUses.values()][0]?.deviations[0]?.count, 100)
})

test('different excesses beyond the bound are counted', () => {
  const desk = deskOf([order({ hosts: ['10.9.0.99'] })])
  const from = (i: number): Acted => {
    const one = download('WS-12', 'PLC-3', 10)
    const client = { ip: `10.9.1.${i}`, mac: undefined, port: 1 }
    return { observation: { ...one.observation, client } as Observation, ends: { client: undefined, server: host('PLC-3') } }
  }
  assert.equal(
    play(
      desk,
      Array.from({ length: 80 }, (_, i) => from(i)),
    ).length,
    50,
  )
  assert.equal([...desk.changeUses.values()][0]?.more, 30)
})

const access = (kind: 'access.opened' | 'access.closed', minutes: number, grant = 'g-1'): Acted =>
  acted(kind, 'ENG-04', 'PLC-3', minutes, { user: 'm.meier', grant })

test('a remote session authorises its person on its asset while it is open', () => {
  const desk = deskOf([])
  play(desk, [
    access('access.opened', 0),
    ...both(download('ENG-04', 'PLC-3', 10)),
    access('access.closed', 20),
    ...both(download('ENG-04', 'PLC-3', 30)),
  ])
  assert.deepEqual(
    alertsOf(desk).map(({ level, authorised, exceeds }) => [level, authorised?.kind, exceeds?.[0]?.says]),
    [
      ['critical', undefined, '10 min after it ended (2026-03-02 08:30:00 UTC)'],
      ['informational', 'remote-session', undefined],
    ],
  )
  assert.deepEqual(
    [...desk.changeUses.values()].map(({ own, closedAt }) => [own?.reference, closedAt]),
    [['g-1', START + 20 * 60e6]],
  )
})

test('a planned remote session keeps to its plan, ends when it is closed and goes on when it is opened again', () => {
  const desk = deskOf([order({ kind: 'remote-session', reference: 'g-1' })])
  play(desk, [
    access('access.opened', 1),
    access('access.closed', 20),
    access('access.opened', 40),
    ...both(download('ENG-04', 'PLC-3', 50)),
    ...both(acted('device.restarted', 'ENG-04', 'PLC-3', 55)),
  ])
  assert.deepEqual(levels(desk), [
    ['critical', ['restart, the remote session allows program download']],
    ['informational', 'g-1'],
  ])
})

test('what is wrong with a change is said by field', () => {
  const of = (more: Partial<AuthorisedChange>) => checkChange({ ...order(), ...more }).map(({ field }) => field)
  assert.deepEqual(of({}), [])
  assert.deepEqual(of({ reference: '', assets: [] }), ['reference', 'assets'])
  assert.deepEqual(of({ hosts: [] }), ['hosts'])
  assert.deepEqual(of({ hosts: [], kind: 'maintenance-window' }), [])
  assert.deepEqual(of({ assets: ['10.1.2.20', '10.1.2.0/99'] }), ['assets.1'])
  assert.deepEqual(of({ expectedHashes: ['abc'] }), ['expectedHashes.0'])
  assert.deepEqual(of({ until: START }), ['until'])
})

function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return Math.floor((state / 2_147_483_647) * below)
  }
}

/** A morning of work in and beside two orders, with two remote sessions. */
function morning(seed: number): { changes: AuthorisedChange[]; steps: Step[] } {
  const next = random(seed)
  const names = ['WS-12', 'ENG-04']
  const plcs = ['PLC-3', 'PLC-4']
  const kinds: Observation['kind'][] = ['program.downloaded', 'mode.changed', 'process.write', 'program.edited']
  const changes = [
    order({ expectedHashes: next(2) === 0 ? [HASH_A] : [] }),
    order({ id: 'chg-2', reference: 'WO-18', assets: ['10.1.2.21'], activities: [] }),
  ]
  let minutes = 0
  const steps = Array.from({ length: 40 }, (): Step[] => {
    minutes += next(8)
    if (next(8) === 0) return [access(next(2) === 0 ? 'access.opened' : 'access.closed', minutes, `g-${next(2)}`)]
    const more = { by: 'command', mode: 'stop', count: 1, hash: [HASH_A, HASH_B, undefined][next(3)], user: undefined }
    return both(acted(kinds[next(4)]!, names[next(2)]!, plcs[next(2)]!, minutes, more))
  })
  return { changes, steps: steps.flat() }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

test('a restart between any two steps gives the same alerts, incidents and uses of changes', () => {
  for (const seed of [3, 17]) {
    const { changes, steps } = morning(seed)
    const run = (cut: number) => {
      const rows = { alerts: new Map<string, Alert>(), incidents: new Map<string, Incident>(), uses: new Map<string, ChangeUse>() }
      const findings: unknown[] = []
      let desk = deskOf(changes)
      steps.forEach((step, i) => {
        if (i === cut) {
          desk = deskOf(changes)
          const { alerts, incidents, uses } = JSON.parse(
            JSON.stringify({ alerts: [...rows.alerts.values()], incidents: [...rows.incidents.values()], uses: [...rows.uses.values()] }),
          )
          desk.load({ alerts, incidents, changeUses: uses })
        }
        findings.push(...play(desk, [step]))
        for (const [id, alert] of desk.alerts.takeChanges()) rows.alerts.set(id, alert)
        for (const [id, incident] of desk.incidents.takeChanges()) rows.incidents.set(id, incident)
        for (const [id, use] of desk.changeUses.takeChanges()) rows.uses.set(id, use)
      })
      const byId = (documents: ReadonlyMap<string, unknown>) => [...documents].sort(([a], [b]) => (a < b ? -1 : 1))
      return JSON.stringify(sorted([byId(rows.alerts), byId(rows.incidents), byId(rows.uses), findings]))
    }
    const whole = run(-1)
    assert.ok(whole.includes('"critical"') && whole.includes('"informational"'))
    for (let cut = 1; cut < steps.length; cut++) assert.equal(run(cut), whole, `seed ${seed}, cut before ${cut}`)
  }
})

test('what is explained and what exceeds does not depend on the order in which steps arrive', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { changes, steps } = morning(seed * 31)
    const acts = steps.filter((step): step is Acted => !('finding' in step) && !step.observation.kind.startsWith('access'))
    const next = random(seed)
    const mixed = [...acts]
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = next(i + 1)
      ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
    }
    const said = (list: readonly Acted[]) => {
      const desk = deskOf(changes)
      // Observations first: what a rule says of them is told when all of them are known.
      const exceeded = play(desk, list).map(({ id }) => id)
      const taken = play(
        desk,
        list.map((act) => ruled(act)),
      )
      const explained = taken.map(({ id, authorisedBy }) => `${id} ${authorisedBy}`)
      return [[...new Set(exceeded)].sort(), [...new Set(explained)].sort()]
    }
    assert.deepEqual(said(mixed), said(acts), `seed ${seed}`)
  }
})
