import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FactSet } from './facts.ts'
import { evidence } from './testing/observations.ts'

const DAY = 86_400e6

function set(...facts: [value: string, protocol: string, confidence: number, at: number][]): FactSet {
  const all = new FactSet()
  for (const [value, protocol, confidence, at] of facts) {
    all.add({ attribute: 'firmware', value, protocol, confidence, at, evidence: evidence(at) })
  }
  return all
}

const best = (...facts: Parameters<typeof set>) => set(...facts).best('firmware')?.value

test('the more confident fact is believed, whatever came last', () => {
  assert.equal(best(['2', 'modbus', 0.9, 1], ['1', 'http', 0.5, 2]), '2')
})

test("one protocol's latest word is its word", () => {
  assert.equal(best(['1', 'modbus', 1, 1], ['2', 'modbus', 1, 2]), '2')
  assert.equal(best(['1', 'modbus', 1, 1], ['2', 'modbus', 1, 2], ['1', 'modbus', 1, 3]), '1')
})

test('two equally sure protocols do not swap the value with every poll', () => {
  assert.equal(best(['b', 'snmp', 1, 1], ['a', 'modbus', 1, 2], ['b', 'snmp', 1, 3]), 'a')
  assert.equal(best(['a', 'modbus', 1, 2], ['b', 'snmp', 1, DAY + 3]), 'b', 'but the next day the one that is still heard wins')
})

test('the order of arrival does not matter', () => {
  const facts: Parameters<typeof set> = [
    ['1', 'modbus', 1, 5],
    ['2', 'snmp', 1, 6],
    ['3', 'modbus', 0.5, 7],
    ['4', 'lldp', 1, 2],
  ]
  assert.deepEqual(set(...facts.toReversed()).all(), set(...facts).all())
})

test('the others stay visible, up to a cap that keeps the believed ones', () => {
  const many = Array.from({ length: 50 }, (_, i): [string, string, number, number] => [`v${i}`, 'http', 0.3, i])
  const all = set(['true', 'modbus', 1, 0], ...many).all()
  assert.equal(all.length, 6)
  assert.equal(all[0]?.value, 'true')
})

test('a fact restated keeps its first evidence until it is said with more confidence', () => {
  const [fact] = set(['1', 'modbus', 0.5, 3], ['1', 'modbus', 0.5, 9]).all()
  assert.deepEqual([fact?.firstAt, fact?.lastAt, fact?.evidence], [3, 9, evidence(3)])
  assert.deepEqual(set(['1', 'modbus', 0.5, 3], ['1', 'modbus', 0.9, 9]).all()[0]?.evidence, evidence(9))
})

test('empty and endless values are tamed', () => {
  assert.deepEqual(set(['  ', 'modbus', 1, 1]).all(), [])
  assert.equal(set(['x'.repeat(9999), 'modbus', 1, 1]).best('firmware')?.value.length, 256)
})
