import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Observation, SessionUpdated } from '@isthmus/model'
import { communityId } from './community-id.ts'
import { LineCutter } from './lines.ts'
import { createReceiver } from './receiver.ts'
import { createEveReader } from './suricata/eve.ts'
import { eve, SECOND, START, session } from './testing.ts'

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest()

function receiver(lines: readonly string[], most?: number) {
  const reader = createEveReader()
  const made = createReceiver({ site: 's', sensor: 'eve', sha1, ...(most === undefined ? {} : { most }) })
  for (const line of lines) {
    const alert = reader.line(line)
    if (alert !== undefined) made.add(alert)
  }
  return made
}

const later = (seconds: number): Observation => ({ ...session(seconds, seconds), client: { ip: '10.0.0.9', mac: undefined, port: 1 } })

test('an alert waits for its time and takes the ends, the id and the packets of its conversation', () => {
  const made = receiver([eve({ src_ip: '10.9.0.3', src_port: 445, dest_ip: '10.9.0.12', dest_port: 50_000 })])
  made.see(session(0, 6))
  assert.deepEqual(made.due(), [])
  made.see(later(64))
  assert.deepEqual(made.due(), [])
  made.see(later(65))
  const [alert, ...more] = made.due()
  assert.deepEqual(
    [alert?.session, alert?.client, alert?.directionKnown, alert?.evidence],
    ['ses-1', session(0, 6).client, true, session(0, 6).evidence],
  )
  assert.deepEqual([more, made.rest(), made.counts()], [[], [], { alerts: 1, tied: 1, untied: 0, dropped: 0 }])
})

test('of two conversations on the same ports the one that had begun is meant', () => {
  const made = receiver([eve()])
  for (const [from, to, id] of [
    [-600, -500, 'before'],
    [4, 6, 'meant'],
    [20, 30, 'after'],
  ] as const)
    made.see(session(from, to, { id, state: 'closed' }))
  assert.equal(made.rest()[0]?.session, 'meant')
})

test('one that was over long before the alert is not meant', () => {
  const made = receiver([eve()])
  made.see(session(-7200, -3600, { state: 'closed' }))
  const [alert] = made.rest()
  assert.deepEqual([alert?.session, alert?.client.ip, alert?.evidence.packets], [undefined, '10.9.0.12', [0, 0]])
  assert.deepEqual(made.counts(), { alerts: 1, tied: 0, untied: 1, dropped: 0 })
})

test('other ports and other transports are not meant', () => {
  const made = receiver([eve(), eve({ proto: 'UDP' })])
  made.see(session(0, 6, { client: { ip: '10.9.0.12', mac: undefined, port: 50_001 } }))
  assert.deepEqual(
    made.rest().map((alert) => alert.session),
    [undefined, undefined],
  )
})

test('a record with the address of a proxy is tied by the community id', () => {
  const { client, server } = session(0, 6)
  const made = receiver([eve({ src_ip: '198.51.100.7', community_id: communityId('tcp', server, client, sha1) })])
  made.see(session(0, 6))
  assert.deepEqual([made.rest()[0]?.session, made.counts().tied], ['ses-1', 1])
})

test('the community id is the one that others compute', () => {
  // The example of the specification's reference implementation: 128.232.110.120:34855 to 66.35.250.204:80 over TCP, seed 0.
  const [a, b] = [
    { ip: '128.232.110.120', port: 34_855 },
    { ip: '66.35.250.204', port: 80 },
  ]
  for (const pair of [[a, b] as const, [b, a] as const]) assert.equal(communityId('tcp', ...pair, sha1), '1:LQU9qZlK+B5F3KDmev6m5PMibrg=')
  assert.equal(communityId('icmp', a, b, sha1), undefined)
})

test('the packet is named where the product read the same capture', () => {
  const lines = [eve({ pcap_cnt: 4, pcap_filename: '/a/plant.pcap' }), eve({ pcap_cnt: 5, pcap_filename: '/a/other.pcap' })]
  const made = receiver(lines)
  made.see(session(0, 6))
  assert.deepEqual(
    made.rest().map((alert) => alert.evidence.packets),
    [
      [4, 4],
      [7, 7],
    ],
  )
})

test('more alerts than are held are counted', () => {
  const made = receiver([eve(), eve(), eve()], 2)
  assert.equal(made.rest().length, 2)
  assert.equal(made.counts().dropped, 1)
})

test('alerts come out in the order of their times', () => {
  const made = receiver(['30', '10', '20'].map((second) => eve({ timestamp: `2023-11-14T22:13:${second}Z` })))
  assert.deepEqual(
    made.rest().map(({ at }) => (at - START) / SECOND),
    [-10, 0, 10],
  )
})

test('lines are cut from pieces of any size; one too long is said to be', () => {
  const cut = (pieces: readonly string[]) => {
    const cutter = new LineCutter(5)
    return [...pieces.flatMap((piece) => [...cutter.push(piece)]), ...cutter.end()]
  }
  assert.deepEqual(cut(['a', 'b\nc', '\n\nde']), ['ab', 'c', '', 'de'])
  assert.deepEqual(cut(['12345\n123456\n1', '2345', '6\nz\n']), ['12345', undefined, undefined, 'z'])
  assert.deepEqual(cut(['123456']), [undefined])
})

test('live, an alert may come after its conversation; what none fits comes out after ten minutes of event time', () => {
  const made = createReceiver({ site: 's', sensor: 'eve', sha1, isLive: true })
  const add = (line: string) => made.add(createEveReader().line(line)!)
  made.see(session(-600, -500, { id: 'before', state: 'closed' }))
  made.see(session(4, 6))
  made.see(session(4, 7))
  add(eve())
  add(eve({ src_port: 50_001 }))
  assert.deepEqual(made.due(), [])
  made.see(later(65))
  assert.deepEqual(
    made.due().map((alert) => [alert.session, alert.client.port]),
    [['ses-1', 50_000]],
  )
  made.see(later(604))
  assert.deepEqual(made.due(), [])
  made.see(later(605))
  assert.deepEqual(
    made.due().map((alert) => [alert.session, alert.client.port]),
    [[undefined, 50_001]],
  )
  assert.deepEqual([made.rest(), made.counts()], [[], { alerts: 2, tied: 1, untied: 1, dropped: 0 }])
})

test('live, what is remembered of conversations and of alerts that are gone stays bounded', () => {
  const made = createReceiver({ site: 's', sensor: 'eve', sha1, isLive: true, most: 10 })
  const alert = createEveReader().line(eve())!
  const hosts = 50_002
  const host = (i: number): string => `10.0.${i >> 8}.${i & 255}`
  for (let i = 0; i < hosts; i++) made.see(session(4, 6, { id: `s${i}`, client: { ip: host(i), mac: undefined, port: 50_000 } }))
  const tied = (i: number): boolean => {
    made.add({ ...alert, client: { ip: host(i), port: 50_000 } })
    return made.rest()[0]?.session !== undefined
  }
  assert.deepEqual([tied(0), tied(1), tied(2), tied(hosts - 1)], [false, false, true, true])
  for (let i = 0; i < 20; i++) made.see(session(4, 6, { id: `again${i}` }))
  made.add(alert)
  assert.equal(made.rest()[0]?.session, 'again19')
})

test('live, alerts about a flow that is never heard are let go once they are told, though others of it wait', async () => {
  const made = createReceiver({ site: 's', sensor: 'eve', sha1, isLive: true })
  const alert = createEveReader().line(eve())!
  const held: WeakRef<object>[] = []
  let told = 0
  for (let i = 0; i < 3000; i++) {
    const one = { ...alert, at: START + i * SECOND }
    held.push(new WeakRef(one))
    made.add(one)
    made.see(later(i))
    told += made.due().length
  }
  await setImmediate()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  assert.equal(told, 2400)
  assert.ok(held.filter((one) => one.deref() !== undefined).length <= 600)
})

/** Milliseconds of the processor for 20,000 alerts of one flow, heard and told in small steps. */
function cost(isLive: boolean, changes: (i: number) => Partial<SessionUpdated>): number {
  const n = 20_000
  const made = createReceiver({ site: 's', sensor: 'eve', sha1, isLive })
  const alert = { ...createEveReader().line(eve())!, communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=' }
  const from = process.cpuUsage()
  for (let i = 0; i < n; i++) made.add({ ...alert, at: START + (i % 2 === 0 ? i : n - i) * 1000 })
  let told = 0
  for (let i = 0; i < n; i++) {
    made.see(session(0, i / 100, changes(i)))
    told += made.due().length
  }
  assert.equal(told + made.rest().length, n)
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

test('a flood of alerts about one flow costs in proportion to their number', () => {
  const flows: readonly ((i: number) => Partial<SessionUpdated>)[] = [
    () => ({}),
    (i) => ({ id: `s${i}`, startedAt: START + (i % 2 === 0 ? 1e9 * SECOND : i * 10_000), state: 'closed' }),
  ]
  for (const isLive of [false, true]) for (const changes of flows) assert.ok(cost(isLive, changes) < 4000)
})
