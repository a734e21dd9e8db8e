import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTracker } from './site-tracker.ts'
import { hinted, SITE } from './testing/observations.ts'

const named = (ip: string, name: string) => hinted(ip, '10.0.0.1', 'client', 'name', name, { protocol: 'dhcp', confidence: 0.95 })

test('a name that many hosts state joins none of them, and is no more work for it', () => {
  const since = performance.now()
  const tracker = createTracker(SITE)
  for (let n = 0; n < 10_000; n++) tracker.apply(named(`10.1.${n >> 8}.${n & 255}`, 'hmi-station'))
  tracker.apply(named('fe80::1', 'hmi-station'))
  assert.equal([...tracker.assets.values()].length, 10_001)
  assert.ok(performance.now() - since < 5000)
})

test('a host of ever new names does not hide whom two addresses of one name belong to', () => {
  const tracker = createTracker(SITE)
  tracker.apply(named('10.1.0.2', 'historian-7'))
  for (let n = 0; n < 25_000; n++) tracker.apply(named('10.1.0.3', `made-up-${n}`))
  tracker.apply(named('fe80::2', 'historian-7'))
  assert.deepEqual([...tracker.assets.values()].map((asset) => asset.ips.length).sort(), [1, 2])
})
