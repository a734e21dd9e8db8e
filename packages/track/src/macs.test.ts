/** The merge rules of README.md, each by its name there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asset, Observation } from '@isthmus/model'
import type { Change } from './change.ts'
import { createTracker } from './site-tracker.ts'
import { claimed, end, hinted, SITE, session } from './testing/observations.ts'
import type { Tracker } from './tracker.ts'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const R = '02:00:00:00:00:fe'
const BROADCAST = '/ff:ff:ff:ff:ff:ff'

function run(...observations: Observation[]): { tracker: Tracker; changes: Change[] } {
  const tracker = createTracker(SITE, { vendorOf: (mac) => (mac === R ? 'Router Works' : undefined) })
  return { tracker, changes: observations.flatMap((o) => [...tracker.apply(o)]) }
}

const shown = (tracker: Tracker) => [...tracker.assets.values()].map((a) => [a.ips.join(' '), a.macs.join(' ')].join(' @ ')).sort()
const byMac = (tracker: Tracker, mac: string): Asset | undefined => tracker.asset(end(`/${mac}`))
const kinds = (changes: readonly Change[]) => changes.map((change) => change.kind).filter((kind) => kind.startsWith('a'))

test('a claim binds the MAC to the address', () => {
  const { tracker } = run(claimed('10.0.0.1', A), session(`10.0.0.1:1/${A}`, `10.0.0.2:2/${B}`, { second: 1 }))
  assert.deepEqual(shown(tracker), [`10.0.0.1 @ ${A}`, `10.0.0.2 @ ${B}`])
})

test('a host first seen without an address and one that claims an address with the same MAC are one', () => {
  const { tracker, changes } = run(
    hinted(`/${A}`, BROADCAST, 'client', 'name', 'plc-1', { protocol: 'lldp' }),
    session('10.0.0.1:1', '10.0.0.2:2', { second: 1 }),
    claimed('10.0.0.1', A, { second: 2 }),
  )
  assert.deepEqual(shown(tracker), [`10.0.0.1 @ ${A}`, '10.0.0.2 @ '])
  assert.deepEqual(byMac(tracker, A)?.names, ['plc-1'])
  assert.equal(changes.filter((change) => change.kind === 'asset.merged').length, 1)
})

test('a router that introduces itself is not the host behind it', () => {
  const { tracker } = run(
    session(`10.0.0.1:1/${R}`, `10.0.0.2:2/${B}`),
    hinted(`/${R}`, BROADCAST, 'client', 'type', 'router', { protocol: 'cdp', second: 1 }),
    hinted(`/${R}`, BROADCAST, 'client', 'name', 'core-1', { protocol: 'cdp', second: 1 }),
    session(`10.0.0.1:1/${R}`, `10.0.0.2:2/${B}`, { second: 2 }),
  )
  assert.deepEqual(shown(tracker), [` @ ${R}`, '10.0.0.1 @ ', `10.0.0.2 @ ${B}`])
  assert.deepEqual(byMac(tracker, R)?.names, ['core-1'])
})

test('a merge moves sessions, operations, tags and links to the asset that stays, and its id was there first', () => {
  const { tracker, changes } = run(
    hinted(`/${A}`, BROADCAST, 'client', 'name', 'plc-1', { protocol: 'lldp' }),
    session('10.0.0.1:1', '10.0.0.2:2', { second: 1 }),
    claimed('10.0.0.1', A, { second: 2 }),
  )
  const merged = changes.find((change) => change.kind === 'asset.merged')
  assert.equal(changes.find((change) => change.kind === 'asset.new')?.id, merged?.to)
  assert.deepEqual([[...tracker.sessions.values()][0]?.clientAsset, [...tracker.links.values()][0]?.clientAsset], [merged?.to, merged?.to])
  assert.deepEqual(tracker.takeRemoved(), [merged?.id])
})

test('two addresses claimed by one MAC are one host, IPv4 and IPv6 alike', () => {
  const { tracker } = run(
    claimed('10.0.0.1', A),
    claimed('fe80::1', A, { by: 'nd' }),
    claimed('2001:db8::1', A, { by: 'nd' }),
    claimed('10.0.0.9', A),
  )
  assert.deepEqual(shown(tracker), [`10.0.0.1 fe80::1 2001:db8::1 10.0.0.9 @ ${A}`])
})

test('an IPv6 address made from the MAC of its frame belongs to that interface', () => {
  const { tracker } = run(
    claimed('10.0.0.1', A),
    session(`fe80::ff:fe00:a:5353/${A}`.replace(':5353', ''), '/33:33:00:00:00:fb', { second: 1 }),
  )
  assert.deepEqual(shown(tracker), [`10.0.0.1 fe80::ff:fe00:a @ ${A}`])
})

test('a router does not merge the hosts behind it: it becomes an asset of its own with the role', () => {
  const far = [1, 2, 3, 4].map((n) => session(`10.9.0.${n}:1/${R}`, `10.0.0.1:502/${A}`, { second: n, id: `s${n}` }))
  const { tracker } = run(claimed('10.0.0.1', A), ...far)
  assert.deepEqual(shown(tracker), [` @ ${R}`, `10.0.0.1 @ ${A}`, '10.9.0.1 @ ', '10.9.0.2 @ ', '10.9.0.3 @ ', '10.9.0.4 @ '])
  assert.deepEqual([byMac(tracker, R)?.role, byMac(tracker, R)?.type, byMac(tracker, R)?.vendor], ['router', 'router', 'Router Works'])
  assert.equal(tracker.asset(end('10.9.0.1'))?.vendor, undefined, 'what the router is, its first guest is not')
})

test("a router's own claimed address is the router", () => {
  const far = [1, 2, 3].map((n) => session(`10.9.0.${n}:1/${R}`, `10.0.0.1:502/${A}`, { second: n, id: `s${n}` }))
  const { tracker } = run(claimed('10.0.0.254', R), ...far)
  assert.equal(tracker.asset(end('10.0.0.254'))?.role, 'router')
  assert.equal(tracker.asset(end('10.9.0.2'))?.role, 'modbus client')
})

test('many IPv6 addresses of one network do not make a router', () => {
  const own = [1, 2, 3, 4, 5].map((n) => session(`2001:db8::${n}/${A}`, `2001:db8::99/${B}`, { second: n, id: `s${n}` }))
  const { tracker } = run(claimed('10.0.0.1', A), ...own)
  assert.equal(tracker.asset(end('10.0.0.1'))?.type, 'unknown')
})

test('the only address seen behind a MAC holds it weakly, until a second one comes', () => {
  const first = session(`10.0.0.1:1/${A}`, `10.0.0.2:502/${B}`)
  assert.deepEqual(shown(run(first).tracker), [`10.0.0.1 @ ${A}`, `10.0.0.2 @ ${B}`])
  const second = session(`10.0.0.3:1/${A}`, `10.0.0.2:502/${B}`, { second: 1, id: 'other' })
  assert.deepEqual(shown(run(first, second).tracker), ['10.0.0.1 @ ', `10.0.0.2 @ ${B}`, '10.0.0.3 @ '])
})

test('a weak holder gives way to a claim', () => {
  const { tracker } = run(session(`10.0.0.1:1/${R}`, `10.0.0.2:502/${B}`), claimed('10.0.0.254', R, { second: 1 }))
  assert.deepEqual(shown(tracker), ['10.0.0.1 @ ', `10.0.0.2 @ ${B}`, `10.0.0.254 @ ${R}`])
})

test('an address seen behind two MACs belongs weakly to neither: one of them relays', () => {
  const through = (mac: string, second: number) => session(`10.0.0.1:1/${mac}`, '10.0.0.2:502', { second })
  assert.deepEqual(shown(run(through(A, 0), through(B, 1), through(A, 2)).tracker), ['10.0.0.1 @ ', '10.0.0.2 @ '])
})

test('a public address never holds a MAC weakly', () => {
  const { tracker } = run(session(`8.8.8.8:53/${R}`, `10.0.0.2:502/${B}`))
  assert.deepEqual(shown(tracker), [`10.0.0.2 @ ${B}`, '8.8.8.8 @ '])
})

test('two public addresses of one network that talk where we listen belong to the site', () => {
  const { tracker } = run(
    session(`134.1.2.3:1/${A}`, `134.1.2.4:102/${B}`),
    session(`134.1.2.3:1/${A}`, `134.1.2.4:102/${B}`, { second: 1 }),
  )
  assert.deepEqual(
    [...tracker.assets.values()].map((a) => a.isExternal),
    [false, false],
  )
  assert.deepEqual(shown(tracker), [`134.1.2.3 @ ${A}`, `134.1.2.4 @ ${B}`])
})

test('a rival claim to an address in use is a conflict and changes nothing, told once', () => {
  const { tracker, changes } = run(
    claimed('10.0.0.1', A),
    claimed('10.0.0.66', B, { second: 1 }),
    claimed('10.0.0.1', B, { second: 2, gratuitous: true }),
    claimed('10.0.0.1', B, { second: 3, gratuitous: true }),
  )
  assert.deepEqual(shown(tracker), [`10.0.0.1 @ ${A}`, `10.0.0.66 @ ${B}`])
  const conflicts = changes.filter((change) => change.kind === 'address.conflict')
  assert.deepEqual(
    conflicts.map(({ attribute, from, to }) => [attribute, from, to]),
    [['10.0.0.1', A, B]],
  )
})

test('an address whose holder has been silent goes to the next who claims it', () => {
  const { tracker, changes } = run(claimed('10.0.0.1', A), claimed('10.0.0.1', B, { second: 3600 }))
  assert.deepEqual(shown(tracker), [` @ ${A}`, `10.0.0.1 @ ${B}`])
  assert.ok(kinds(changes).includes('address.moved'))
  const ids = [...tracker.assets.values()].map((asset) => asset.id)
  assert.equal(new Set(ids).size, 2, 'the address does not bring the old id back')
})

test('a lease moves an address at once', () => {
  const { tracker } = run(claimed('10.0.0.1', A, { by: 'dhcp' }), claimed('10.0.0.1', B, { by: 'dhcp', second: 5 }))
  assert.deepEqual(shown(tracker), [` @ ${A}`, `10.0.0.1 @ ${B}`])
})

test('a MAC that claims many IPv4 addresses answers for others: they stay apart', () => {
  const claims = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => claimed(`10.0.0.${n}`, R, { second: n }))
  const { tracker } = run(...claims)
  assert.ok(tracker.assets.size >= 4)
  assert.equal(tracker.asset(end('10.0.0.8'))?.ips.length, 1)
})

test('one stated name joins an IPv4 and an IPv6 host, and only those', () => {
  const say = (ip: string, name: string, second: number, confidence = 0.95) =>
    hinted(ip, '10.0.0.99', 'client', 'name', name, { second, confidence, protocol: 'nbns' })
  assert.deepEqual(shown(run(say('10.0.0.1', 'ENG-04', 1), say('fd00::1', 'eng-04', 2)).tracker), ['10.0.0.1 fd00::1 @ '])
  assert.equal(run(say('10.0.0.1', 'ENG-04', 1), say('10.0.0.2', 'ENG-04', 2)).tracker.assets.size, 2, 'two IPv4 hosts')
  assert.equal(run(say('10.0.0.1', 'localhost', 1), say('fd00::1', 'localhost', 2)).tracker.assets.size, 2, 'a common name')
  assert.equal(run(say('10.0.0.1', 'ENG-04', 1, 0.6), say('fd00::1', 'ENG-04', 2)).tracker.assets.size, 2, "somebody else's word")
  const apart = run(claimed('10.0.0.1', A), claimed('fd00::1', B, { by: 'nd' }), say('10.0.0.1', 'ENG-04', 1), say('fd00::1', 'ENG-04', 2))
  assert.equal(apart.tracker.assets.size, 2, 'other interfaces')
})

test('group MACs and the empty MAC are nobody', () => {
  const { tracker } = run(
    session('/01:0c:cd:01:00:01', '/33:33:00:00:00:01', { protocol: 'goose' }),
    session('/00:00:00:00:00:00', BROADCAST, { protocol: 'goose', id: 'x' }),
    claimed('10.0.0.1', '01:00:5e:00:00:01'),
  )
  assert.equal(tracker.assets.size, 0)
})
