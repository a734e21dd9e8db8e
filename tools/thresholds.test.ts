/** Every threshold of every rule: silent just below, firing at it and beyond, at its published default and at a changed setting. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { readRuleSources } from '@isthmus/content/sources'
import { boundaries, families } from './lib/boundaries.ts'

for (const family of families(readRuleSources())) {
  for (const threshold of family.thresholds) {
    const own = threshold.rule === family.name ? '' : `${threshold.rule}.`
    test(`${family.name}: ${own}${threshold.key} ${threshold.default}`, () => {
      for (const { value, fired, wanted } of boundaries(family, threshold)) assert.deepEqual(fired, wanted, `with ${value}`)
    })
  }
}

/** Defaults that a user of other products expects (row D-02 of the features); where ours differ, the rule says why. */
const PUBLISHED: Readonly<Record<string, readonly (number | string)[]>> = {
  'address-scan': [50, '2m'],
  'slow-address-scan': [50, '10m'],
  'port-scan': [25, '2m'],
  'controller-scan': [10, '2m'],
  'arp-scan': [40, '6m'],
  'failed-logins': [20, '1m'],
  'file-share-logins-failed': [10, '10m'],
  'password-guessing': [100, '1m'],
  'remote-login-burst': [50, '1m'],
  'connection-flood': [3000, '1m'],
  'name-queries-burst': [25, '1m'],
  'malformed-messages': [2, '10m'],
  'device-restarted-often': [10, '1h'],
  'controller-stopped-often': [20, '3h'],
  'exceptions-burst': [20, '1h'],
  'device-unresponsive': [8, '5m'],
  'address-claims-burst': [60, '1m'],
  'ping-flood': [60],
  'text-overlong': [32_768],
}

test('the published defaults', () => {
  const ours = new Map(families(readRuleSources()).map(({ name, thresholds }) => [name, thresholds.map((one) => one.default)]))
  for (const [name, wanted] of Object.entries(PUBLISHED)) assert.deepEqual(ours.get(name), wanted, name)
})
