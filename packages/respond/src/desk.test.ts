import assert from 'node:assert/strict'
import test from 'node:test'
import type { Alert, Incident } from '@isthmus/model'
import { createDesk, type Desk } from './desk.ts'
import { desk, deskOf, TECHNIQUES, type Told, told, WORDING } from './testing.ts'

const alertsOf = (stories: readonly Told[]): Alert[] => [...deskOf(stories).alerts.values()]
const openOf = (stories: readonly Told[]): Incident[] => [...deskOf(stories).incidents.values()].filter((i) => i.mergedInto === undefined)

test('an alert says what happened, what it means, what to check and what not to do, in the names of the plant', () => {
  const [alert] = alertsOf([told('stop', 'ENG-04', 'PLC-3', 0)])
  assert.equal(alert?.title, 'Controller stopped: ENG-04 to PLC-3')
  assert.equal(
    alert?.what,
    'Engineering station ENG-04 (10.1.1.9) told controller PLC-3 (Siemens S7-1200, 10.1.2.20) to stop: it no longer runs its program.',
  )
  assert.equal(alert?.means, 'Outputs of PLC-3 hold or fall to their safe state.')
  assert.deepEqual(alert?.checkFirst, [
    'Is a stop of PLC-3 planned for 2026-03-02 08:10:00 UTC?',
    'Who was signed in at ENG-04?',
    'What is unknown?',
  ])
  assert.deepEqual(alert?.doNot, ['Do not restart PLC-3 before the control room agrees.'])
  assert.equal(alert?.procedure, 'controller-stopped')
})

test('findings of one stage between two hosts are one alert, led by the strongest', () => {
  const [alert, ...others] = alertsOf([
    told('setpoint', 'WS-12', 'PLC-3', 0),
    told('stop', 'WS-12', 'PLC-3', 5),
    told('setpoint', 'WS-12', 'PLC-3', 30),
  ])
  assert.equal(others.length, 0)
  assert.deepEqual([alert?.title, alert?.level, alert?.findingCount], ['Controller stopped: WS-12 to PLC-3', 'high', 3])
  assert.deepEqual(alert?.rules, ['stop', 'setpoint'])
  assert.deepEqual(alert?.attack, ['T0858', 'T0836'])
})

test('at equal level an act leads before what is only new', () => {
  const first = told('desktop', 'WS-12', 'PLC-3', 0, { level: 'high', attack: ['T0836'] })
  const wording = [...WORDING, { ...WORDING[0]!, rule: 'desktop', engine: 'policy' as const }]
  const made = createDesk('s', { techniques: TECHNIQUES, wording })
  for (const { finding, ends } of [first, told('stop', 'WS-12', 'PLC-3', 1)]) made.take(finding, ends)
  assert.equal([...made.alerts.values()][0]?.title, 'Controller stopped: WS-12 to PLC-3')
})

test('another stage, another host or an hour of silence is another alert', () => {
  const stop = told('stop', 'ENG-04', 'PLC-3', 0)
  assert.equal(alertsOf([stop, told('guess', 'ENG-04', 'PLC-3', 1)]).length, 2)
  assert.equal(alertsOf([stop, told('stop', 'ENG-04', 'PLC-4', 1)]).length, 2)
  assert.equal(alertsOf([stop, told('setpoint', 'ENG-04', 'PLC-3', 60)]).length, 1)
  assert.equal(alertsOf([stop, told('setpoint', 'ENG-04', 'PLC-3', 61)]).length, 2)
})

test('a finding that has grown is the same finding', () => {
  const first = told('guess', 'WS-12', 'ENG-04', 0)
  const grown = { ...first, finding: { ...first.finding, count: 400, at: first.finding.at + 60e6 } }
  const [alert, ...others] = alertsOf([first, grown])
  assert.equal(others.length, 0)
  assert.deepEqual([alert?.findingCount, alert?.lastAt], [1, grown.finding.at])
  assert.ok(alert?.scoreParts.some((part) => part.why === 'Repeated 400 times' && part.points === 6))
})

test('a finding that loses an end while it grows stays in its alert', () => {
  const first = told('guess', 'WS-12', 'ENG-04', 0)
  const nobody = { ip: undefined, mac: undefined, port: undefined }
  const grown = {
    finding: { ...first.finding, count: 9, server: nobody, serverAsset: undefined },
    ends: { client: first.ends.client, server: undefined },
  }
  const alerts = alertsOf([first, grown])
  assert.deepEqual(
    alerts.map((alert) => [alert.findingCount, alert.serverName]),
    [[1, 'several hosts']],
  )
  assert.equal(alertsOf([grown])[0]?.title, 'Many failed logins: WS-12')
})

test('the score is the sum of its parts, and each part says why', () => {
  const [alert] = alertsOf([told('setpoint', 'WS-12', 'PLC-3', 0), told('stop', 'WS-12', 'PLC-3', 5)])
  assert.deepEqual(alert?.scoreParts, [
    { why: 'Severity of its strongest rule is high', points: 55 },
    { why: 'Target is a controller', points: 10 },
    { why: 'Path leads from IT or outside into the plant', points: 10 },
    { why: 'Agreement of 2 different rules', points: 5 },
  ])
  assert.equal(alert?.score, 80)
  const [planned] = alertsOf([told('stop', 'ENG-04', 'PLC-3', 0)])
  assert.equal(planned?.score, 55, 'an engineering station may do this')
})

test('what happens to a host on which much depends is graver, and the score says why', () => {
  const of = (rule: string, criticality: string, side: 'client' | 'server' = 'server') => {
    const { finding, ends } = told(rule, 'WS-12', 'PLC-3', 0)
    const [alert] = alertsOf([{ finding, ends: { ...ends, [side]: { ...ends[side]!, overrides: { criticality } } } }])
    return [alert?.level, alert?.score, alert?.scoreParts.find(({ why }) => why.startsWith('Criticality'))?.why]
  }
  const said = 'Criticality of PLC-3 was set to'
  assert.deepEqual(of('setpoint', 'critical'), ['high', 70, `${said} critical, which makes the alert one level graver`])
  assert.deepEqual(of('stop', 'critical')[0], 'critical')
  assert.deepEqual(of('lookup', 'critical')[0], 'low', 'what is not worth a person elsewhere is not so here')
  assert.deepEqual(of('setpoint', 'high'), ['medium', 63, `${said} high`])
  assert.deepEqual(of('setpoint', 'low'), ['medium', 45, `${said} low`])
  assert.deepEqual(of('setpoint', 'nonsense'), ['medium', 55, undefined])
  assert.deepEqual(
    of('setpoint', 'critical', 'client')[2],
    'Criticality of WS-12 was set to critical, which makes the alert one level graver',
  )
})

test('looking around is one story, however many hosts are looked at', () => {
  const [alert, ...others] = alertsOf([
    told('scan', 'WS-12', 'WS-13', 0),
    told('scan', 'WS-12', 'ENG-04', 1),
    told('scan', 'WS-12', 'PLC-3', 2),
  ])
  assert.equal(others.length, 0)
  assert.deepEqual([alert?.findingCount, alert?.clientName, alert?.serverName, alert?.serverPurdue], [3, 'WS-12', 'several hosts', 1])
})

test('a finding that only names a MAC joins what is known by the address', () => {
  const first = told('scan', 'WS-12', 'ENG-04', 0)
  const asked = told('scan', 'WS-12', 'ENG-04', 1, {
    client: { ip: undefined, mac: '00:50:56:00:09:12', port: undefined },
    server: { ip: undefined, mac: 'ff:ff:ff:ff:ff:ff', port: undefined },
  })
  const alerts = alertsOf([asked, first])
  assert.deepEqual(
    alerts.map((alert) => [alert.client.ip, alert.findingCount]),
    [['10.9.0.12', 2]],
  )
  assert.equal(alertsOf([{ ...asked, ends: { ...asked.ends, server: undefined } }])[0]?.title, 'Many ports tried on one host: WS-12')
})

test('a resolved alert takes no more findings', () => {
  const made = deskOf([told('stop', 'ENG-04', 'PLC-3', 0)])
  made.settle([...made.alerts.values()][0]!.id)
  const { finding, ends } = told('stop', 'ENG-04', 'PLC-3', 1)
  made.take(finding, ends)
  assert.equal(made.alerts.size, 2)
})

test('an alert taken up again takes findings as before, over a restart too', () => {
  const made = deskOf([told('stop', 'ENG-04', 'PLC-3', 0)])
  const [first] = made.alerts.values()
  const next = (on: Desk, minutes: number) => {
    const { finding, ends } = told('stop', 'ENG-04', 'PLC-3', minutes)
    on.take(finding, ends)
    return on.alerts.get(first!.id)?.findingCount
  }
  made.settle(first!.id)
  made.reopen(first!.id)
  assert.equal(next(made, 1), 2)
  const restarted = desk()
  restarted.load({ alerts: [...made.alerts.values()], incidents: [...made.incidents.values()], settled: [] })
  assert.deepEqual([next(made, 2), next(restarted, 2)], [3, 3])
})

test('a clock that is wrong and then right swallows nothing and splits nothing', () => {
  const YEARS = 40 * 365 * 24 * 60
  const [past, future] = [told('stop', 'ENG-04', 'PLC-3', -YEARS), told('stop', 'ENG-04', 'PLC-3', YEARS)]
  const real = [0, 10, 20].map((minutes) => told('stop', 'ENG-04', 'PLC-3', minutes))
  for (const order of [
    [future, past, ...real],
    [...real, past, future],
    [real[0]!, future, real[1]!, past, real[2]!],
  ]) {
    const made = deskOf(order)
    assert.deepEqual([...made.alerts.values()].map((alert) => alert.findingCount).sort(), [1, 1, 3])
    assert.equal(made.incidents.size, 3)
  }
})

test('an alert far in the future does not make its host unknown to what follows', () => {
  const future = told('guess', 'WS-12', 'WS-13', 40 * 365 * 24 * 60)
  assert.equal(openOf([told('guess', 'WS-12', 'WS-13', 0), future, told('stop', 'WS-12', 'PLC-3', 30)]).length, 2)
})

test('the busiest alert stays in memory; a finding whose alert has left opens a successor and spares its row', () => {
  const made = createDesk('s', { techniques: TECHNIQUES, wording: WORDING }, { caps: { alerts: 3 } })
  const rows = new Map<string, Alert>()
  const take = ({ finding, ends }: Told) => {
    made.take(finding, ends)
    for (const [id, alert] of made.alerts.takeChanges()) rows.set(id, alert)
  }
  const busy = told('stop', 'ENG-04', 'PLC-3', 0)
  const quiet = told('guess', 'WS-12', 'WS-13', 0)
  take(quiet)
  take(busy)
  const [gone, kept] = [...rows.values()]
  take({ ...quiet, finding: { ...quiet.finding, count: 2 } })
  for (let day = 1; day < 9; day++) {
    take({ ...busy, finding: { ...busy.finding, count: 1 + day } })
    take(told('lookup', 'WS-13', 'ENG-04', day * 24 * 60))
  }
  assert.ok(made.alerts.has(kept!.id) && !made.alerts.has(gone!.id))
  take({ ...quiet, finding: { ...quiet.finding, count: 300 } })
  const of = [...rows.values()].filter((alert) => alert.findings.includes(quiet.finding.id))
  assert.equal(of.length, 2)
  assert.equal(
    rows.get(gone!.id)!.scoreParts.some(({ why }) => why.startsWith('Repeated')),
    false,
  )
})

test('what the desk looks things up by stays as small as what it holds', () => {
  const made = createDesk('s', { techniques: TECHNIQUES, wording: WORDING }, { caps: { alerts: 20, findings: 50 } })
  for (let day = 0; day < 400; day++) {
    for (const rule of ['stop', 'setpoint']) {
      const { finding, ends } = told(rule, 'ENG-04', 'PLC-3', day * 24 * 60 * 2, { user: `user-${day}` })
      made.take(finding, ends)
    }
    for (const id of made.alerts.takeChanges().map(([id]) => id)) made.settle(id)
    made.settle(`alr-unknown-${day}`)
  }
  assert.equal(made.alerts.size, 20)
  assert.ok(made.indexed <= 20 + 20 + 50 + 20, `${made.indexed} entries`)
  const one = createDesk('s', { techniques: TECHNIQUES, wording: WORDING }, { caps: { findings: 50 } })
  for (let i = 0; i < 90; i++) {
    const { finding, ends } = told('stop', 'ENG-04', 'PLC-3', i / 10)
    one.take(finding, ends)
  }
  assert.equal(one.indexed, 1 + 50 + 1)
})

const INTRUSION = [
  told('scan', 'WS-12', 'ENG-04', 0),
  told('lookup', 'WS-12', 'WS-13', 3),
  told('guess', 'WS-12', 'ENG-04', 10, { user: 'operator' }),
  told('desktop', 'WS-12', 'ENG-04', 20, { user: 'operator' }),
  told('setpoint', 'ENG-04', 'PLC-3', 45),
  told('stop', 'ENG-04', 'PLC-3', 50),
]

test('one incident follows the intrusion from the office to the controller', () => {
  const [incident, ...others] = openOf(INTRUSION)
  assert.equal(others.length, 0)
  assert.equal(incident?.title, 'Intrusion from WS-12 reached PLC-3: controller stopped')
  assert.equal(incident?.level, 'critical')
  assert.equal(incident?.reachesOt, true)
  assert.deepEqual(incident?.hosts, ['WS-12', 'ENG-04', 'WS-13', 'PLC-3'])
  assert.deepEqual(
    incident?.steps.map((step) => [step.tactic, step.clientPurdue, step.serverPurdue, step.link]),
    [
      ['discovery', 4, 3, 'where it began'],
      ['command and control', 4, 4, 'WS-12 acted again'],
      ['credential access', 4, 3, 'WS-12 acted again'],
      ['execution', 3, 1, 'ENG-04 had been reached from WS-12'],
    ],
  )
  assert.match(
    incident!.summary,
    /^Began 2026-03-02 08:10:00 UTC\. It came from outside the plant network .*08:20 Many failed logins: WS-12 to ENG-04/,
  )
})

test('the incident is the same whatever the order in which its findings arrive', () => {
  const shown = (stories: readonly Told[]) =>
    openOf(stories).map(({ alerts, title, level, steps }) => [alerts.length, title, level, steps.map((s) => s.link)])
  const forward = shown(INTRUSION)
  assert.deepEqual(shown([...INTRUSION.slice(4), ...INTRUSION.slice(0, 4)]), forward)
})

test('low alerts alone open nothing and connect nothing', () => {
  assert.deepEqual(
    openOf([told('lookup', 'WS-12', 'ENG-04', 0), told('lookup', 'WS-12', 'WS-13', 1), told('lookup', 'ENG-04', 'PLC-3', 2)]),
    [],
  )
  const bridge = [told('stop', 'ENG-04', 'PLC-3', 0), told('lookup', 'ENG-04', 'WS-13', 1), told('guess', 'WS-13', 'WS-12', 2)]
  assert.equal(openOf(bridge).length, 2)
})

test('one medium alert opens nothing, two that are linked do, one high does', () => {
  assert.equal(openOf([told('scan', 'WS-12', 'ENG-04', 0)]).length, 0)
  assert.equal(openOf([told('scan', 'WS-12', 'ENG-04', 0), told('scan', 'WS-13', 'PLC-4', 1)]).length, 0)
  assert.equal(openOf([told('scan', 'WS-12', 'ENG-04', 0), told('desktop', 'WS-12', 'ENG-04', 1)]).length, 1)
  assert.equal(openOf([told('stop', 'ENG-04', 'PLC-3', 0)]).length, 1)
})

test('a day later it is another intrusion', () => {
  assert.equal(openOf([told('guess', 'WS-12', 'WS-13', 0), told('stop', 'WS-12', 'PLC-3', 24 * 60)]).length, 1)
  assert.equal(openOf([told('guess', 'WS-12', 'WS-13', 0), told('stop', 'WS-12', 'PLC-3', 24 * 60 + 1)]).length, 2)
})

test('an account links hosts that share nothing else, a shared account does not', () => {
  const by = (user: string) => [told('guess', 'WS-12', 'WS-13', 0, { user }), told('stop', 'ENG-04', 'PLC-3', 30, { user })]
  assert.equal(openOf(by('m.meier')).length, 1)
  assert.equal(openOf(by('guest')).length, 2)
  assert.equal(
    openOf([told('guess', 'WS-12', 'WS-13', 0, { user: 'WORKS\\M.Meier' }), told('stop', 'ENG-04', 'PLC-3', 30, { user: 'm.meier' })])
      .length,
    1,
  )
})

test('two incidents that prove to be one are merged into the older', () => {
  const made = deskOf([told('guess', 'WS-12', 'WS-13', 0), told('stop', 'ENG-04', 'PLC-3', 30)])
  assert.equal(made.incidents.size, 2)
  const { finding, ends } = told('desktop', 'WS-13', 'ENG-04', 20)
  made.take(finding, ends)
  const [older, newer] = [...made.incidents.values()].sort((a, b) => a.firstAt - b.firstAt)
  assert.deepEqual([older?.alerts.length, newer?.alerts.length, newer?.mergedInto, newer?.state], [3, 0, older?.id, 'closed'])
  assert.ok([...made.alerts.values()].every((alert) => alert.incident === older?.id))
})

test('an incident a person has closed takes nothing more', () => {
  const made = deskOf([told('stop', 'ENG-04', 'PLC-3', 0)])
  made.replace({ ...[...made.incidents.values()][0]!, state: 'closed' })
  for (const story of [told('stop', 'ENG-04', 'PLC-3', 1), told('stop', 'ENG-04', 'PLC-4', 2)]) made.take(story.finding, story.ends)
  assert.deepEqual(
    [...made.incidents.values()].map((i) => [i.state, i.alerts.length]),
    [
      ['closed', 1],
      ['open', 1],
    ],
  )
})

test('steps whose alerts left the memory stay in their incident', () => {
  const whole = deskOf(INTRUSION)
  const made = desk()
  const [incident] = whole.incidents.values()
  made.load({ alerts: [...whole.alerts.values()].slice(-1), incidents: [incident!] })
  const { finding, ends } = told('stop', 'ENG-04', 'PLC-3', 70)
  made.take(finding, ends)
  const after = made.incidents.get(incident!.id)
  assert.deepEqual(after?.alerts, incident?.alerts)
  assert.deepEqual([after?.title, after?.hosts, after?.level], [incident?.title, incident?.hosts, incident?.level])
})

test('no host is shared through broadcast and multicast addresses', () => {
  const spread = (from: string, minutes: number, ip: string, mac?: string) => {
    const story = told('guess', from, 'PLC-3', minutes)
    return {
      finding: { ...story.finding, server: { ip, mac, port: 1 }, serverAsset: undefined },
      ends: { client: story.ends.client, server: undefined },
    }
  }
  for (const ip of ['224.0.0.251', '255.255.255.255', 'ff02::1'])
    assert.equal(openOf([spread('WS-12', 0, ip), spread('WS-13', 1, ip)]).length, 2)
  const [alert] = alertsOf([spread('WS-12', 0, '10.1.2.255', 'ff:ff:ff:ff:ff:ff')])
  assert.equal(alert?.serverName, 'everybody on the network')
})

test('an intruder whose address ends in 255 is followed like any other', () => {
  const at = { ip: '10.1.2.255', mac: '02:00:00:00:00:09', port: 1 }
  const [there, on] = [told('guess', 'WS-12', 'WS-13', 0), told('stop', 'WS-13', 'PLC-3', 30)]
  const [incident, ...others] = openOf([
    { finding: { ...there.finding, server: at, serverAsset: undefined }, ends: { ...there.ends, server: undefined } },
    { finding: { ...on.finding, client: at, clientAsset: undefined }, ends: { ...on.ends, client: undefined } },
  ])
  assert.equal(others.length, 0)
  assert.ok(incident?.hosts.includes('10.1.2.255'))
})

/** As a store may return it: the keys of every object in another order. */
function reorder<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reorder) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reorder(inner)]),
  ) as T
}

test('a restart between any two findings gives the same alerts and incidents, byte for byte', () => {
  let seed = 11
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return Math.floor((seed / 2_147_483_647) * below)
  }
  const names = ['WS-12', 'WS-13', 'ENG-04', 'PLC-3', 'PLC-4']
  const rules = ['scan', 'guess', 'desktop', 'setpoint', 'stop', 'lookup']
  let minutes = 0
  const stories: Told[] = Array.from({ length: 60 }, () => {
    minutes += next(90)
    const from = next(5)
    return told(rules[next(6)]!, names[from]!, names[(from + 1 + next(4)) % 5]!, minutes, next(4) === 0 ? { user: `u${next(3)}` } : {})
  })
  const shown = (documents: ReadonlyMap<string, unknown>) =>
    JSON.stringify([...documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, d]) => sortKeys(d)))
  const run = (cut: number) => {
    const rows = new Map<string, unknown>()
    let made = desk()
    stories.forEach(({ finding, ends }, i) => {
      if (i === cut) {
        made = desk()
        const kept = [...rows].reverse().map(([, document]) => reorder(JSON.parse(JSON.stringify(document))))
        made.load({ alerts: kept.filter((d) => 'what' in d) as Alert[], incidents: kept.filter((d) => 'steps' in d) as Incident[] })
      }
      made.take(finding, ends)
      for (const [id, document] of [...made.alerts.takeChanges(), ...made.incidents.takeChanges()]) rows.set(id, document)
    })
    return shown(rows)
  }
  const whole = run(-1)
  for (let cut = 1; cut < stories.length; cut++) assert.equal(run(cut), whole, `cut before ${cut}`)
})

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
