import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Collection } from './collection.ts'

const keys = (c: Collection<number>) => [...c.entries()].map(([key]) => key)

test('the least recently set leaves first, and its owner is told', () => {
  const c = new Collection<number>(2)
  const left: string[] = []
  c.onEvicted = (key, value) => left.push(`${key}${value}`)
  c.load('a', 1)
  c.load('b', 2)
  c.set('a', 3)
  c.takeChanges()
  c.set('c', 4)
  assert.deepEqual([keys(c), left, c.evicted], [['a', 'c'], ['b2'], 1])
})

test('what is not yet durable leaves last', () => {
  const c = new Collection<number>(2)
  c.set('a', 1)
  c.load('b', 2)
  c.set('c', 3)
  assert.deepEqual(keys(c), ['a', 'c'])
  c.set('d', 4)
  assert.deepEqual(
    [keys(c), c.takeChanges().map(([key]) => key)],
    [
      ['c', 'd'],
      ['c', 'd'],
    ],
  )
})

test('rows loaded beyond the cap leave with the next new one', () => {
  const c = new Collection<number>(2)
  for (const key of ['a', 'b', 'c', 'd']) c.load(key, 1)
  c.set('e', 1)
  assert.deepEqual([keys(c), c.evicted], [['d', 'e'], 3])
})
