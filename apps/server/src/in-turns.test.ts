import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as settled } from 'node:timers/promises'
import { isRefusal } from './http/refusal.ts'
import { inTurns } from './in-turns.ts'

/** Work that ends when it is told to, and in which order it began. */
function desk(atOnce: number, waitingEach: number) {
  const turns = inTurns({ atOnce, waitingEach, what: 'Others are served' })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const ask = (whose: string, name: string) =>
    turns(whose, () => {
      begun.push(name)
      return new Promise<string>((done) => ends.set(name, () => done(name)))
    })
  const end = async (name: string) => {
    ends.get(name)!()
    await settled()
  }
  return { turns, begun, ask, end }
}

test('who asks for much keeps nobody waiting longer than what runs', async () => {
  const { begun, ask, end } = desk(2, 8)
  for (const name of ['a1', 'a2', 'a3', 'a4']) void ask('a', name)
  for (const name of ['b1', 'b2']) void ask('b', name)
  void ask('c', 'c1')
  assert.deepEqual(begun, ['a1', 'a2'])
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3']) await end(name)
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('who asks again at once stands behind who has waited', async () => {
  const { begun, ask, end } = desk(1, 8)
  void ask('a', 'a1').then(() => ask('a', 'a2'))
  void ask('b', 'b1')
  await end('a1')
  await end('b1')
  assert.deepEqual(begun, ['a1', 'b1', 'a2'])
})

test('beyond what one may have waiting it is told to come again, and the others still wait', async () => {
  const { begun, ask, end } = desk(1, 2)
  const answers = ['a1', 'a2', 'a3'].map((name) => ask('a', name))
  assert.ok(isRefusal(await ask('a', 'a4')))
  void ask('b', 'b1')
  await end('a1')
  await end('b1')
  await end('a2')
  await end('a3')
  assert.deepEqual(
    [begun, await Promise.all(answers)],
    [
      ['a1', 'b1', 'a2', 'a3'],
      ['a1', 'a2', 'a3'],
    ],
  )
})

test('work that fails makes room all the same', async () => {
  const { turns } = desk(1, 1)
  await assert.rejects(
    turns('a', () => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.equal(await turns('a', async () => 'well'), 'well')
})
