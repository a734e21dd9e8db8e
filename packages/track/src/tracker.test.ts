import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asset, Observation } from '@isthmus/model'
import { createTracker } from './site-tracker.ts'
import { claimed, end, evidence, hinted, operation, other, read, SITE, START, session, tried, write } from './testing/observations.ts'
import type { Tracker, TrackerOptions } from './tracker.ts'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'

function run(observations: readonly Observation[], options: TrackerOptions = {}): Tracker {
  const tracker = createTracker(SITE, options)
  for (const o of observations) tracker.apply(o)
  return tracker
}

function at(tracker: Tracker, ip: string): Asset | undefined {
  return tracker.asset(end(ip))
}

test('a host that answers is an asset, a scanned address that never does is none', () => {
  const scan = Array.from({ length: 50 }, (_, i) => tried('10.0.0.9:4000', `10.0.0.${100 + i}:80`, { second: i }))
  const tracker = run([...scan, session('10.0.0.9:4001', '10.0.0.20:502')])
  assert.deepEqual([...tracker.assets.values()].map((asset) => asset.ips[0]).sort(), ['10.0.0.20', '10.0.0.9'])
})

test('broadcast, multicast, unspecified and asked-for addresses are no assets', () => {
  const tracker = run([
    session('10.0.0.5:137', '10.0.0.255:137', { protocol: 'nbns', transport: 'udp', serverPackets: 0, serverBytes: 0 }),
    session('10.0.0.5:5353', '224.0.0.251:5353', { protocol: 'mdns', transport: 'udp', serverPackets: 0 }),
    session('0.0.0.0:68', '255.255.255.255:67', { protocol: 'dhcp', transport: 'udp', serverPackets: 1 }),
    other('address.asked', `10.0.0.5/${A}`, '/ff:ff:ff:ff:ff:ff', { ip: '10.0.0.77', first: START, count: 1 }, { protocol: 'arp' }),
  ])
  assert.deepEqual(
    [...tracker.assets.values()].map((asset) => asset.ips),
    [['10.0.0.5']],
  )
})

const toAll = (ip: string, second: number) =>
  session('10.0.0.5:137/02:00:00:00:00:05', `${ip}:137/ff:ff:ff:ff:ff:ff`, { second, protocol: 'nbns', serverPackets: 0, id: ip })

test("a network's broadcast address is nobody, forged as a source or not", () => {
  const forged = session('10.0.0.255:1', '10.0.0.5:2', { second: 1, serverPackets: 0 })
  const tracker = run([toAll('10.0.0.255', 0), forged])
  assert.equal(at(tracker, '10.0.0.255'), undefined)
})

test('a frame for everybody neither erases a host that has spoken nor forbids one for ever', () => {
  const own = (second: number) => session('10.0.0.255:1', '10.0.0.5:2', { second, id: `own${second}` })
  const tracker = run([own(0), toAll('10.0.0.255', 1), toAll('10.0.1.255', 2)])
  assert.ok(at(tracker, '10.0.0.255'))
  assert.equal(at(tracker, '10.0.1.255'), undefined)
  tracker.apply(session('10.0.0.5:1', '10.0.1.255:502', { second: 3 }))
  assert.ok(at(tracker, '10.0.1.255'), 'in a larger network it is a host like any other')
  const rows = new Map(tracker.takeState())
  assert.equal(rows.get('broadcast:10.0.1.255') ?? null, null)
})

test('what is said of a silent host waits until it speaks', () => {
  const tracker = run([hinted('10.0.0.5', '10.0.0.6', 'server', 'name', 'historian-1', { confidence: 0.4, protocol: 'tls' })])
  assert.equal(at(tracker, '10.0.0.6'), undefined)
  assert.equal(tracker.assets.size, 1)
  tracker.apply(session('10.0.0.5:4000', '10.0.0.6:443', { protocol: 'tls', second: 5 }))
  assert.deepEqual(at(tracker, '10.0.0.6')?.names, ['historian-1'])
  assert.equal(at(tracker, '10.0.0.6')?.firstAt, START + 5_000_000)
})

test("a resolver's answer names the host it resolves to once that speaks", () => {
  const answers = ['10.0.0.30']
  const tracker = run([
    other(
      'name.resolved',
      '10.0.0.5',
      '10.0.0.1',
      { name: 'scada.plant.example', domain: 'plant.example', type: 'A', answers, code: 'NOERROR', first: START, count: 1 },
      { protocol: 'dns' },
    ),
    other(
      'name.resolved',
      '10.0.0.5',
      '10.0.0.1',
      { name: '31.0.0.10.in-addr.arpa', domain: '', type: 'PTR', answers: ['eng.plant.example'], code: 'NOERROR', first: START, count: 1 },
      { protocol: 'dns' },
    ),
  ])
  assert.equal(at(tracker, '10.0.0.30'), undefined)
  tracker.apply(session('10.0.0.31:1', '10.0.0.30:80', { protocol: 'http' }))
  assert.deepEqual(at(tracker, '10.0.0.30')?.names, ['scada.plant.example'])
  assert.deepEqual(at(tracker, '10.0.0.31')?.names, ['eng.plant.example'])
})

test('public addresses are external assets, kept apart and bounded', () => {
  const flood = Array.from({ length: 40 }, (_, i) => session(`8.8.${i}.1:1`, '10.0.0.1:80', { second: i, id: `${i}` }))
  const tracker = run([session('10.0.0.1:1', '9.9.9.9:53', { protocol: 'dns' }), ...flood], { caps: { external: 10 } })
  const assets = [...tracker.assets.values()]
  assert.ok(assets.filter((asset) => asset.isExternal).length <= 10)
  assert.ok(assets.every((asset) => asset.isExternal === (asset.type === 'external')))
  assert.equal(at(tracker, '10.0.0.1')?.isExternal, false)
  assert.ok((tracker.refused()['external assets'] ?? 0) >= 30)
  assert.ok(tracker.takeRemoved().length >= 30)
})

test('a flood from invented public addresses makes no assets', () => {
  const flood = Array.from({ length: 40 }, (_, i) => tried(`8.8.${i}.1:1`, '10.0.0.1:80', { second: i }))
  const tracker = run([session('10.0.0.2:1', '10.0.0.1:80'), ...flood])
  assert.equal(tracker.assets.size, 2)
})

test('a public address claimed by ARP belongs to the site', () => {
  const tracker = run([session('130.1.2.3:1', '10.0.0.1:502'), claimed('130.1.2.3', A)])
  assert.equal(at(tracker, '130.1.2.3')?.isExternal, false)
})

test('sessions are the exact sum of their updates and keep the last state', () => {
  const tracker = run([
    session('10.0.0.1:9', '10.0.0.2:502', { clientBytes: 5, serverBytes: 7, clientWireBytes: 100, gapBytes: 1 }),
    session('10.0.0.1:9', '10.0.0.2:502', {
      clientBytes: 6,
      serverBytes: 8,
      clientWireBytes: 101,
      gapBytes: 2,
      second: 9,
      state: 'closed',
      connState: 'SF',
    }),
  ])
  const [s] = [...tracker.sessions.values()]
  assert.deepEqual(
    [s?.clientBytes, s?.serverBytes, s?.clientWireBytes, s?.gapBytes, s?.state, s?.connState],
    [11, 15, 201, 3, 'closed', 'SF'],
  )
  assert.equal(s?.clientAsset, at(tracker, '10.0.0.1')?.id)
  assert.equal(s?.lastAt, START + 9_000_000)
})

test('finished sessions leave memory first; a change not yet taken is still given out', () => {
  const tracker = createTracker(SITE, { caps: { sessions: 10 } })
  tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: 'long' }))
  for (let i = 0; i < 30; i++) tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: `s${i}`, state: 'closed', second: i }))
  assert.ok(tracker.sessions.size <= 10)
  assert.ok(tracker.sessions.has('long') && tracker.sessions.has('s29') && !tracker.sessions.has('s0'))
  const taken = tracker.sessions.takeChanges()
  assert.equal(taken.length, 31)
  assert.equal(taken.find(([id]) => id === 's0')?.[1].clientBytes, 12)
  assert.deepEqual(tracker.refused(), {})
})

test('a session that left memory goes on from its row when that is loaded again', () => {
  const tracker = createTracker(SITE, { caps: { sessions: 4 } })
  for (let i = 0; i < 9; i++) tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: `s${i}`, state: 'closed', second: i }))
  const row = tracker.sessions.takeChanges().find(([id]) => id === 's0')?.[1]
  assert.ok(row !== undefined && !tracker.sessions.has('s0'))
  tracker.load({ sessions: [row] })
  tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: 's0', state: 'closed', second: 20 }))
  assert.deepEqual([tracker.sessions.get('s0')?.clientBytes, tracker.sessions.get('s0')?.startedAt], [24, START])
})

test('a flood of sessions without end pushes out the longest silent, and says so', () => {
  const tracker = createTracker(SITE, { caps: { sessions: 10 } })
  for (let i = 0; i < 30; i++) tracker.apply(tried('10.0.0.1:1', `10.0.0.${i}:502`, { second: i }))
  assert.ok(tracker.sessions.size <= 10)
  assert.equal(tracker.refused()['open sessions'], 20)
})

test('operations aggregate per object and say whether they succeeded', () => {
  const tracker = run([
    operation('10.0.0.1', '10.0.0.2', { count: 4 }),
    operation('10.0.0.1', '10.0.0.2', { count: 6, second: 3 }),
    operation('10.0.0.1', '10.0.0.2', { operation: 'write', ok: false }),
    operation('10.0.0.1', '10.0.0.2', { operation: 'mixed', ok: false }),
    operation('10.0.0.1', '10.0.0.2', { operation: 'mixed', ok: true }),
    operation('10.0.0.1', '10.0.0.2', { operation: 'unanswered', ok: undefined }),
  ])
  const seen = [...tracker.operations.values()].map((o) => [o.operation, o.count, o.failed, o.ok])
  assert.deepEqual(seen, [
    ['read holding registers', 10, 0, true],
    ['write', 1, 1, false],
    ['mixed', 2, 1, undefined],
    ['unanswered', 1, 0, undefined],
  ])
})

test('beyond the cap of a pair operations are summed, not lost', () => {
  const many = Array.from({ length: 20 }, (_, i) => operation('10.0.0.1', '10.0.0.2', { object: `o${i}` }))
  const tracker = run(many, { caps: { operationsOfPair: 5 } })
  const rows = [...tracker.operations.values()]
  assert.equal(rows.length, 6)
  assert.equal(
    rows.reduce((sum, row) => sum + row.count, 0),
    20,
  )
  assert.equal(rows.at(-1)?.object, '(others)')
})

test('rows with public addresses fill at most a share of a table', () => {
  const outside = Array.from({ length: 20 }, (_, i) => [
    session(`8.8.${i}.1:1`, '10.0.0.1:80', { second: i, id: `${i}` }),
    operation(`8.8.${i}.1`, '10.0.0.1', { second: i, protocol: 'http' }),
  ]).flat()
  const inside = [session('10.0.0.2:1', '10.0.0.1:502', { second: 30 }), operation('10.0.0.2', '10.0.0.1', { second: 30 })]
  const tracker = run([...outside, ...inside], { caps: { links: 10, operations: 20 } })
  assert.deepEqual(
    [...tracker.links.values()].map((link) => link.client),
    ['8.8.0.1', '8.8.1.1', '8.8.2.1', '10.0.0.2'],
  )
  const rows = [...tracker.operations.values()]
  assert.equal(
    rows.reduce((sum, row) => sum + row.count, 0),
    21,
  )
  assert.equal(rows.find((row) => row.client === '10.0.0.2')?.object, 'holding 0..9')
})

test('tags keep value, range, changes, readers and writers, and give samples', () => {
  const tracker = run([
    read('10.0.0.1', '10.0.0.2', 'holding 7', 10),
    read('10.0.0.1', '10.0.0.2', 'holding 7', 10, { second: 1, count: 5 }),
    read('10.0.0.3', '10.0.0.2', 'holding 7', 12, { second: 2 }),
    write('10.0.0.4', '10.0.0.2', 'holding 7', 3, { second: 3 }),
    write('10.0.0.5', '10.0.0.2', 'holding 7', 99, { second: 4, ok: false }),
    write('10.0.0.5', '10.0.0.2', 'holding 8', 1, { second: 4, ok: false }),
    read('10.0.0.1', '10.0.0.2', 'holding 7', 3, { second: 70 }),
  ])
  const [tag, more] = [...tracker.tags.values()]
  assert.equal(more, undefined, 'a refused write of an unknown tag makes none')
  assert.deepEqual([tag?.value, tag?.min, tag?.max, tag?.changes, tag?.reads, tag?.writes], [3, 3, 12, 2, 8, 2])
  assert.deepEqual(
    [tag?.readers, tag?.writers],
    [
      ['10.0.0.1', '10.0.0.3'],
      ['10.0.0.4', '10.0.0.5'],
    ],
  )
  assert.equal(tag?.lastChangeAt, START + 3_000_000)
  assert.deepEqual(
    tracker.takeSamples().map((s) => [s.value, s.by, s.writer]),
    [
      [10, 'read', undefined],
      [12, 'read', undefined],
      [3, 'write', '10.0.0.4'],
      [3, 'read', undefined],
    ],
  )
  assert.deepEqual(tracker.takeSamples(), [])
})

test('a value read as another type starts its range anew', () => {
  const tracker = run([
    read('10.0.0.1', '10.0.0.2', 'MD16', 1.5e35, { dataType: 'real' }),
    read('10.0.0.1', '10.0.0.2', 'MD16', 7, { dataType: 'dword', second: 1 }),
  ])
  const [tag] = [...tracker.tags.values()]
  assert.deepEqual([tag?.min, tag?.max, tag?.changes], [7, 7, 1])
})

test('a publisher to a group holds its own values', () => {
  const tracker = run([read(`/${A}`, '/01:0c:cd:01:00:01', 'stVal', true, { protocol: 'goose' })])
  const [tag] = [...tracker.tags.values()]
  const [ied] = [...tracker.assets.values()]
  assert.deepEqual([tag?.server, tag?.asset, ied?.macs, ied?.type], [A, ied?.id, [A], 'ied'])
})

test('coverage sums per protocol', () => {
  const report = (packets: number) =>
    other('coverage.reported', '', '', { packets, bytes: 10, messages: 2, anomalies: 1, undecoded: 3, dropped: 0 })
  const tracker = run([report(4), report(6)])
  assert.deepEqual(
    [...tracker.coverage.values()],
    [{ protocol: 'modbus', packets: 10, bytes: 20, messages: 4, anomalies: 2, undecoded: 6, dropped: 0 }],
  )
  assert.equal(tracker.assets.size, 0)
})

test('links count sessions and bytes of hosts that answered each other, once each', () => {
  const tracker = createTracker(SITE)
  assert.ok(tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: 'a' })).some((change) => change.kind === 'link.new'))
  assert.ok(!tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { id: 'a', second: 1 })).some((change) => change.kind === 'link.new'))
  tracker.apply(session('10.0.0.1:2', '10.0.0.2:502', { id: 'b', second: 2 }))
  tracker.apply(tried('10.0.0.1:2', '10.0.0.3:502', { second: 3 }))
  tracker.apply(write('10.0.0.1:2', '10.0.0.2:502', 'x', 1, { second: 4 }))
  const [link, more] = [...tracker.links.values()]
  assert.equal(more, undefined)
  assert.deepEqual([link?.sessions, link?.clientWireBytes, link?.protocols, link?.reaches], [2, 540, ['modbus'], ['values']])
})

test('every change of an attribute is a dated event with its evidence', () => {
  const tracker = createTracker(SITE)
  tracker.apply(hinted('10.0.0.1', '10.0.0.2', 'server', 'firmware', 'V3.1'))
  const changes = tracker.apply(hinted('10.0.0.1', '10.0.0.2', 'server', 'firmware', 'V3.2', { second: 9 }))
  const id = at(tracker, '10.0.0.2')?.id
  assert.deepEqual(changes, [
    { kind: 'asset.changed', id, at: START + 9_000_000, attribute: 'firmware', from: 'V3.1', to: 'V3.2', evidence: evidence(10) },
  ])
})

test('a document handed out does not change afterwards', () => {
  const tracker = run([session('10.0.0.1:1', '10.0.0.2:502'), read('10.0.0.1', '10.0.0.2', 'x', 1)])
  const taken = JSON.stringify([tracker.assets, tracker.sessions, tracker.tags].map((all) => all.takeChanges()))
  const held = [tracker.assets, tracker.sessions, tracker.tags].map((all) => [...all.entries()])
  assert.equal(JSON.stringify(held), taken)
  tracker.apply(session('10.0.0.1:1', '10.0.0.2:502', { second: 500 }))
  tracker.apply(read('10.0.0.1', '10.0.0.2', 'x', 2, { second: 500 }))
  assert.equal(JSON.stringify(held), taken)
})

test('overrides win, survive new facts and a restart, and can be taken back', () => {
  const tracker = run([hinted('10.0.0.1', '10.0.0.2', 'server', 'vendor', 'Acme')])
  const id = at(tracker, '10.0.0.2')!.id
  assert.equal(tracker.override(id, 'purdueLevel', '3.5', START)[0]?.attribute, 'purdueLevel')
  tracker.override(id, 'vendor', 'Other', START)
  tracker.apply(hinted('10.0.0.1', '10.0.0.2', 'server', 'vendor', 'Acme Ltd', { second: 3 }))
  const again = createTracker(SITE)
  again.load({ assets: [...tracker.assets.values()] })
  for (const one of [tracker, again]) {
    assert.deepEqual(
      [at(one, '10.0.0.2')?.vendor, at(one, '10.0.0.2')?.purdueLevel, at(one, '10.0.0.2')?.purdueSource],
      ['Other', 3.5, 'set'],
    )
  }
  again.override(id, 'vendor', undefined, START)
  assert.equal(at(again, '10.0.0.2')?.vendor, 'Acme Ltd')
})

test('parts get their own attributes; the only part without any is not shown', () => {
  const tracker = run([operation('10.0.0.1', '10.0.0.2', { part: 'unit 1' })])
  assert.deepEqual(at(tracker, '10.0.0.2')?.modules, [])
  tracker.apply(operation('10.0.0.1', '10.0.0.2', { part: 'unit 17', second: 1 }))
  tracker.apply(operation('10.0.0.1', '10.0.0.2', { part: 'unit 18', ok: false, second: 2 }))
  tracker.apply(hinted('10.0.0.1', '10.0.0.2', 'server', 'firmware', '2.0', { part: 'unit 2', second: 3 }))
  const modules = at(tracker, '10.0.0.2')?.modules
  assert.deepEqual(
    modules?.map((module) => [module.part, module.firmware]),
    [
      ['unit 1', undefined],
      ['unit 2', '2.0'],
      ['unit 17', undefined],
    ],
  )
})

test('the same address in two sites is two assets', () => {
  const one = createTracker('north')
  const two = createTracker('south')
  for (const tracker of [one, two]) tracker.apply(session('10.0.0.1:1', '10.0.0.2:502'))
  assert.notEqual(at(one, '10.0.0.1')?.id, at(two, '10.0.0.1')?.id)
})

test('the maker of an interface is a weak fact', () => {
  const vendorOf = (mac: string) => (mac === B ? 'Siemens AG' : undefined)
  const tracker = run([claimed('10.0.0.2', B)], { vendorOf })
  assert.equal(at(tracker, '10.0.0.2')?.vendor, 'Siemens AG')
  tracker.apply(hinted('10.0.0.1', '10.0.0.2', 'server', 'vendor', 'Siemens', { second: 1 }))
  assert.equal(at(tracker, '10.0.0.2')?.vendor, 'Siemens')
  assert.equal(at(tracker, '10.0.0.2')?.facts.filter((fact) => fact.attribute === 'vendor').length, 2)
})
