import assert from 'node:assert/strict'
import test from 'node:test'
import type { Remembered } from '@isthmus/detect'
import type { Finding } from '@isthmus/model'
import { baselineOf } from './baseline.ts'
import type { RuleBrief } from './rules-in-force.ts'

/** 1 December 2026, 03:20 UTC, a Tuesday. */
const AT = Date.UTC(2026, 11, 1, 3, 20) * 1000
const HOUR_US = 3600e6

function said(memory: RuleBrief['memory'], fields: Finding['fields'], remembered: Partial<Remembered> = {}): string[] {
  const finding = { id: 'f', at: AT, client: { ip: '10.0.0.1' }, server: { ip: '10.0.0.2' }, fields } as unknown as Finding
  const first = { at: AT, known: {}, remembered: { rows: [], learned: [], heard: [], ...remembered } }
  return baselineOf(memory, ['client', 'server'], [finding], [{ finding: 'f', first, last: first }], AT - 24 * HOUR_US)
}

test('what a finding is measured by is said as it was when the finding was told', () => {
  const row = { min: 5, max: 9, people: null } as unknown as Remembered['learned'][number]
  assert.deepEqual(said('range', { value: 12 }, { learned: [row] }), [
    'Range of client 10.0.0.1, server 10.0.0.2, learnt between 5 and 9 since 2026-11-30 03:20 UTC: 12 is outside.',
  ])
  const people = { by: 'anna', at: AT, until: null, min: null, max: 8 }
  assert.match(said('range', { value: 12 }, { learned: [{ ...row, people }] })[0]!, /set by anna to 5 and 8/)
})

test('a volume says how much it was against what was learnt', () => {
  assert.deepEqual(said('volume', { excess: '5 GB within an hour; the most before was 1 GB, usual are 1 GB' }), [
    'Volume of client 10.0.0.1, server 10.0.0.2: 5 GB within an hour; the most before was 1 GB, usual are 1 GB.',
  ])
})

test('an absence says how long, and when it came last', () => {
  assert.deepEqual(said('overdue', { silent: 2900, usual: 1440 }, { heard: [[AT - 48 * HOUR_US, 0]] }), [
    'Longest pause of client 10.0.0.1, server 10.0.0.2: 1440 minutes. Away for 2900 minutes in which the site was heard. Last: 2026-11-29 03:20 UTC.',
  ])
})

test('hours are those before the one that was told', () => {
  const hours = { workdays: (1 << 3) | (1 << 8) | (1 << 9), weekends: 0, addedAt: AT, days: 5, lastDay: 0 }
  const rows = [['hours:r:g#0', { kind: 'slot', entries: [['g', hours]] }]] as const
  assert.match(said('outside_hours', {}, { rows })[0]!, /working days 8, 9, weekends none/)
})

test('what learns nothing has no baseline', () => {
  assert.deepEqual(said(undefined, {}), [])
  assert.deepEqual(said('changed', { previous: 'V2.1' }), ['Shown last by client 10.0.0.1, server 10.0.0.2: V2.1.'])
})
