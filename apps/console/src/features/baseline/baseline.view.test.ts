import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingText } from '../../objects/learning.view.ts'
import { amountFrom, amountOf, endOf, lengthOf, limitFrom, limitsOf, restOf, secondsOf, stateOf } from './baseline.view.ts'

test('a row says what it is about besides its two hosts', () => {
  assert.equal(restOf({ group: { client: 'a', server: 'b', tag: 'DB1', part: '', 'server.port': '502' } }), 'tag DB1, server port 502')
})

test('limits are a person’s while they count, else those learnt', () => {
  const row = { kind: 'range', min: 5, max: 40, state: 'known', people: null } as const
  const people = { by: 'ann', at: '', until: null, min: 0, max: null }
  assert.equal(limitsOf(row), '5 to 40')
  assert.equal(limitsOf({ ...row, state: 'decided', people }), '0 to 40')
  assert.equal(limitsOf({ ...row, state: 'expired', people }), '5 to 40')
  assert.equal(limitsOf({ ...row, kind: 'group' }), '')
})

test('a volume is an amount a time, as learnt, as set by a person, or any', () => {
  const volume = { everyUs: 3_600_000_000, isBytes: true, usual: 4_100_000 }
  const row = { kind: 'volume', min: 0, max: 31_000_000, state: 'known', people: null, volume } as const
  const people = { by: 'ann', at: '', until: null, min: null, max: 500_000_000 }
  assert.equal(limitsOf(row), '31.0 MB an hour')
  assert.equal(limitsOf({ ...row, state: 'decided', people }), '500 MB an hour')
  assert.equal(limitsOf({ ...row, state: 'expired', people }), '31.0 MB an hour')
  assert.equal(limitsOf({ ...row, state: 'decided', people: { ...people, max: null } }), 'any amount')
  assert.equal(amountOf({ volume: { everyUs: 1_800_000_000, isBytes: false, usual: 1 } }, 1200), '1,200 in 30 min')
})

test('an amount is typed with its unit or without', () => {
  assert.deepEqual(['500 MB', '1,5GB', '20 k', '7', '3 B'].map(amountFrom), [5e8, 1.5e9, 20_000, 7, 3])
  for (const text of ['', '-1 MB', '5 PB', '1 MB an hour']) assert.throws(() => amountFrom(text), /such as 500 MB/)
})

test('an approval ends by the clock of the site, or not at all', () => {
  assert.equal(endOf('', '', null), null)
  assert.equal(endOf('7', '', '2020-03-01T00:00:00.000000Z'), '2020-03-08T00:00:00.000Z')
  assert.equal(endOf('time', '2026-12-01T05:00:00Z', null), '2026-12-01T05:00:00.000Z')
  assert.throws(() => endOf('time', '', null), /until when/)
})

test('times are typed with their unit and kept in seconds, within their bound', () => {
  assert.deepEqual([1_209_600, 3600, 129_600, 90, 0].map(lengthOf), ['14 d', '1 h', '36 h', '90 s', '0 d'])
  assert.deepEqual(
    ['0,5', '1 h', '14d', '30 min'].map((text) => secondsOf(text, 1_209_600)),
    [43_200, 3600, 1_209_600, 1800],
  )
  for (const text of ['', 'x', '-1', '15 d', '1 y']) assert.throws(() => secondsOf(text, 1_209_600))
})

test('limits are numbers; an empty one stays as it was learnt', () => {
  assert.deepEqual([limitFrom(''), limitFrom('2,5'), limitFrom('-3')], [null, 2.5, -3])
  assert.throws(() => limitFrom('high'))
})

test('what a rule tells once is not said to be learnt', () => {
  assert.equal(stateOf({ state: 'known', phase: 'operational', kind: 'group' }), 'Told once')
  assert.equal(stateOf({ state: 'known', phase: 'learning', kind: 'group' }), 'Learnt')
  assert.equal(stateOf({ state: 'known', phase: 'operational', kind: 'range' }), 'Learnt')
  assert.equal(stateOf({ state: 'new', phase: 'operational', kind: 'group' }), 'New')
})

test('the phases in plain words', () => {
  assert.equal(standingText({ phase: 'learning' }, 'Monday', ''), 'Learning until Monday: new behaviour is not yet told, threats are.')
  assert.match(standingText({ phase: 'dynamic' }, 'Monday', ''), /low level and learnt/)
  assert.match(standingText({ phase: 'operational' }, '', 'Sunday'), /^In operation since Sunday/)
})
