import assert from 'node:assert/strict'
import test from 'node:test'
import { fill } from './fill.ts'
import { told } from './testing.ts'

const say = (value: string | number | boolean | undefined) => {
  const { finding, ends } = told('setpoint', 'ENG-04', 'PLC-3', 0, { fields: value === undefined ? {} : { value } })
  return fill('{value}', finding, ends)
}

test('numbers are told with six digits, moments to the second, and what is not known as that', () => {
  assert.deepEqual([41.52275466918945, 0.1 + 0.2, 1234567, -0.00001234567].map(say), ['41.5228', '0.3', '1234567', '-0.0000123457'])
  assert.equal(say('2026-12-03T00:51:59.709120Z'), '2026-12-03 00:51:59 UTC')
  assert.deepEqual(['2026-99-03T00:51:59.709120Z', 'OB1', true, '', undefined].map(say), [
    '2026-99-03T00:51:59.709120Z',
    'OB1',
    'yes',
    'unknown',
    'unknown',
  ])
})

test('an end is described where a sentence names it first, and named after that', () => {
  const { finding, ends } = told('setpoint', 'ENG-04', 'PLC-3', 0)
  const [first, second] = fill('{server} | {server}', finding, ends, true).split(' | ') as [string, string]
  assert.equal(second, fill('{server}', finding, ends))
  assert.ok(first.length > second.length && first.includes(second), first)
})
