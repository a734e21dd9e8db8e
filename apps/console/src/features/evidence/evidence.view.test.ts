import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TraceNode } from '../../api/types.ts'
import { ancestors, bytesOf, linesOf, nodeAt, pathAt, pathWithin, printable, rangeOf, rowsOf } from './evidence.view.ts'

const node = (label: string, at: number, length: number, children: TraceNode[] = []): TraceNode => ({
  label,
  at,
  length,
  value: '',
  note: '',
  children,
})
const TREE = [
  node('Ethernet', 0, 14, [node('destination', 0, 6), node('source', 6, 6)]),
  node('IPv4', 14, 20),
  node('modbus', 54, 12, [node('function', 61, 1), node('data', 62, 4, [node('value', 64, 2)])]),
]

test('hex becomes bytes and rows of sixteen; half a byte at the end is left out', () => {
  assert.deepEqual(bytesOf('00ff7'), [0, 255])
  assert.deepEqual(
    rowsOf(bytesOf('ab'.repeat(33))).map((row) => row.length),
    [16, 16, 1],
  )
  assert.equal(printable(0x41) + printable(0x0a), 'A·')
})

test('a byte leads to the smallest field that covers it', () => {
  assert.deepEqual(pathAt(TREE, 64), [2, 1, 0])
  assert.deepEqual(pathAt(TREE, 57), [2])
  assert.deepEqual(pathAt(TREE, 40), [])
})

test('a claim’s bytes lead to the largest part inside them', () => {
  assert.equal(nodeAt(TREE, pathWithin(TREE, [54, 66]))?.label, 'modbus')
  assert.equal(nodeAt(TREE, pathWithin(TREE, [62, 66]))?.label, 'data')
  assert.deepEqual(pathWithin(TREE, [900, 901]), [])
})

test('a range from the address is a range or nothing', () => {
  assert.deepEqual(rangeOf('54-66'), [54, 66])
  for (const text of [undefined, '', '54', '66-54', '1-99999999999', 'a-b']) assert.equal(rangeOf(text), undefined)
})

test('lines are the open part of the tree, in order', () => {
  assert.deepEqual(
    linesOf(TREE, new Set(['2', '2.1'])).map((line) => `${line.depth} ${line.node.label}`),
    ['0 Ethernet', '0 IPv4', '0 modbus', '1 function', '1 data', '2 value'],
  )
  assert.deepEqual(ancestors([2, 1, 0]), ['2', '2.1', '2.1.0'])
})
