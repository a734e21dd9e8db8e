import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MapNode } from '../../api/types.ts'
import { CELL, find, hostAt, MOST_BUNDLES, plan, widthOf } from './map.layout.ts'
import { fit, meets, visible, zoom } from './map.view.ts'

function node(n: number, level: number | null, zone: string): MapNode {
  return {
    id: `asset-${n}`,
    label: `PLC-${n}`,
    type: 'plc',
    role: '',
    level,
    zone,
    ips: [`10.0.${Math.floor(n / 250)}.${n % 250}`],
    alerts: 0,
  }
}
const link = (client: number, server: number, alerts = 0) => ({
  client: `asset-${client}`,
  server: `asset-${server}`,
  bytes: 1000,
  sessions: 1,
  protocols: ['modbus'],
  lastAt: '2026-12-01T00:00:00Z',
  alerts,
})

const MANY = Array.from({ length: 5000 }, (_, n) => node(n, [5, 4, 3.5, 3, 2, 1, 0, null][n % 8]!, `zone ${n % 40}`))

test('bands run from level 5 down to 0, the unplaced last, none over another', () => {
  const { bands } = plan({ nodes: MANY, links: [], isCut: false })
  assert.deepEqual(
    bands.map((band) => band.level),
    [5, 4, 3.5, 3, 2, 1, 0, null],
  )
  for (const [at, band] of bands.slice(1).entries()) assert.equal(band.y, bands[at]!.y + bands[at]!.height)
})

test('five thousand hosts each have a cell of their own inside their zone, and zones do not overlap', () => {
  const { hosts, zones } = plan({ nodes: MANY, links: [], isCut: false })
  assert.equal(hosts.length, 5000)
  assert.equal(new Set(hosts.map((host) => `${host.x} ${host.y}`)).size, 5000)
  for (const { x, y, zone } of hosts) {
    assert.ok(x - CELL.width / 2 >= zone.x && x + CELL.width / 2 <= zone.x + zone.width, 'within the width')
    assert.ok(y - CELL.height / 2 >= zone.y && y + CELL.height / 2 <= zone.y + zone.height, 'within the height')
  }
  for (const a of zones) for (const b of zones) assert.ok(a === b || !meets(a, b), `${a.id} over ${b.id}`)
})

test('the same map is laid out the same whatever order the server told it in', () => {
  const there = plan({ nodes: MANY.slice(0, 300), links: [], isCut: false })
  const back = plan({ nodes: MANY.slice(0, 300).toReversed(), links: [], isCut: false })
  for (const [id, host] of there.byId) assert.deepEqual([host.x, host.y], [back.byId.get(id)!.x, back.byId.get(id)!.y])
})

test('traffic between two zones is one bundle, either way, and knows of alerts', () => {
  const nodes = [node(1, 4, 'office'), node(2, 4, 'office'), node(3, 1, 'cell')]
  const { bundles, edgesOf } = plan({ nodes, links: [link(1, 3), link(3, 2, 1), link(1, 2), link(1, 99)], isCut: false })
  assert.equal(bundles.length, 1)
  assert.deepEqual([bundles[0]!.links, bundles[0]!.bytes, bundles[0]!.alerts], [2, 2000, 1])
  assert.equal(edgesOf.get('asset-1')?.length, 2, 'a link to a host that is not on the map is left out')
})

test('of very many bundles the alerted and the heaviest are drawn, the heaviest on top', () => {
  const nodes = Array.from({ length: 600 }, (_, n) => node(n, 3, `zone ${n}`))
  const links = Array.from({ length: 599 }, (_, n) => ({ ...link(n, n + 1, n === 5 ? 1 : 0), bytes: n }))
  const { bundles } = plan({ nodes, links, isCut: false })
  assert.equal(bundles.length, MOST_BUNDLES)
  assert.ok(bundles.some((bundle) => bundle.alerts > 0))
  assert.ok(bundles.filter((bundle) => bundle.alerts === 0).every((bundle) => bundle.bytes > 599 - MOST_BUNDLES - 2))
})

test('a level between two bands falls on the lower one', () => {
  const { hosts } = plan({ nodes: [node(1, 2.5, 'a'), node(2, 0.5, 'b')], links: [], isCut: false })
  assert.deepEqual(
    hosts.map((host) => host.zone.level),
    [2, 0],
  )
})

test('a host is found under the pointer, by name and by the beginning of its address', () => {
  const { hosts } = plan({ nodes: MANY, links: [], isCut: false })
  const some = hosts[777]!
  assert.equal(hostAt(hosts, some.x + 10, some.y - 10), some)
  assert.equal(hostAt(hosts, -500, -500), undefined)
  assert.ok(find(hosts, '10.0.3.').length === 250)
  assert.ok(find(hosts, 'plc-4999').length === 1)
  assert.deepEqual(find(hosts, '  '), [])
})

test('coming nearer keeps the point under the pointer where it is, and stops at both ends', () => {
  const eye = fit({ width: 4000, height: 3000 }, { width: 1200, height: 800 })
  const near = zoom(eye, 2, { x: 300, y: 200 }, 0.05)
  assert.ok(Math.abs((300 - eye.x) / eye.scale - (300 - near.x) / near.scale) < 1e-9)
  assert.equal(zoom(eye, 1e9, { x: 0, y: 0 }, 0.05).scale, 1.8)
  assert.equal(zoom(eye, 1e-9, { x: 0, y: 0 }, 0.05).scale, 0.05)
  assert.ok(visible(near, { width: 1200, height: 800 }).width < visible(eye, { width: 1200, height: 800 }).width)
})

test('lines stay between a hair and a rope', () => {
  assert.ok(widthOf(0) > 0)
  assert.ok(widthOf(1e15) <= 5)
  assert.ok(widthOf(1e8) > widthOf(1e4))
})
