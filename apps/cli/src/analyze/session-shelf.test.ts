/** What is taken from the shelf is what was put on it, in the order of its beginning. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '@isthmus/model'
import { SessionShelf } from './session-shelf.ts'

const START = 1_700_000_000_123_456

function sessionOf(id: string, more: Partial<Session> = {}): Session {
  return {
    id,
    site: 'north',
    sensor: 'one',
    clientAsset: undefined,
    serverAsset: `asset-${id}`,
    client: { ip: '10.0.0.1', mac: undefined, port: 65_535 },
    server: { ip: undefined, mac: '02:00:00:00:00:0a', port: undefined },
    directionKnown: false,
    transport: 'udp',
    protocol: 'modbus',
    vlan: undefined,
    state: 'closed',
    connState: 'SF',
    history: '',
    startedAt: START,
    lastAt: START + 1,
    clientBytes: 2 ** 40 + 1,
    serverBytes: 3,
    clientPackets: 4,
    serverPackets: 5,
    clientWireBytes: 6,
    serverWireBytes: 7,
    retransmissions: 8,
    gapBytes: 9,
    evidence: { capture: 'a.pcap', packets: [10, 11], bytes: [12, 13] },
    ...more,
  }
}

test('every field comes back, in its place, whatever lies on the shelf beside it', () => {
  const shelf = new SessionShelf()
  const put = Array.from({ length: 10_000 }, (_, i) =>
    sessionOf(`s${i}`, { startedAt: START + ((i * 7919) % 10_000), history: `h${i % 3}`, vlan: i % 2 === 0 ? undefined : i % 4096 }),
  )
  for (const session of put) shelf.put(session)
  const read = [...shelf]
  assert.deepEqual(
    read,
    put.toSorted((a, b) => a.startedAt - b.startedAt),
  )
  assert.equal(JSON.stringify(read[0]), JSON.stringify(put.find(({ id }) => id === read[0]!.id)))
})

test('a session put again is the later one; one taken away leaves its place to another', () => {
  const shelf = new SessionShelf()
  for (const id of ['b', 'a', 'c']) shelf.put(sessionOf(id))
  shelf.put(sessionOf('a', { state: 'reset', history: 'ShR', directionKnown: true }))
  shelf.delete('b')
  shelf.delete('never there')
  assert.deepEqual([shelf.size, shelf.has('b'), shelf.get('b')], [2, false, undefined])
  shelf.put(sessionOf('d', { clientAsset: 'asset-x' }))
  assert.deepEqual(
    [...shelf].map(({ id, state, clientAsset }) => [id, state, clientAsset]),
    [
      ['a', 'reset', undefined],
      ['c', 'closed', undefined],
      ['d', 'closed', 'asset-x'],
    ],
  )
  assert.deepEqual(shelf.get('a'), sessionOf('a', { state: 'reset', history: 'ShR', directionKnown: true }))
})
