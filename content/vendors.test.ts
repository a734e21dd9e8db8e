import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vendorOf } from './vendors.ts'

test('a vendor is found by its block, whether the register is searched or parsed', () => {
  const seen: (string | undefined)[] = []
  for (let round = 0; round < 2; round++) {
    seen.push(vendorOf('00:1b:1b:00:00:01'), vendorOf('00:0e:8c:12:34:56'))
    // Enough others to have it parsed in the second round.
    for (let i = 0; i < 80; i++) vendorOf(`00:${(i + 16).toString(16)}:aa:00:00:00`)
  }
  assert.deepEqual(seen.slice(0, 2), seen.slice(2))
  assert.match(seen[0]!, /^Siemens/)
  // The register ends some names in a comma.
  for (const name of seen) assert.match(name!, /[^,\s]$/)
})

test('smaller blocks go before the larger they lie in; addresses that nobody registered have no vendor', () => {
  assert.equal(vendorOf('02:00:0a:01:02:03'), undefined)
  assert.equal(vendorOf('01:00:5e:00:00:01'), undefined)
  assert.equal(vendorOf('ff:ff:ff:ff:ff:ff'), undefined)
  const ieee = vendorOf('70:b3:d5:00:00:00')
  assert.ok(ieee === undefined || !/IEEE/.test(ieee), ieee)
})
