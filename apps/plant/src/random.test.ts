import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from './random.ts'

test('the same seed draws the same numbers, another seed others', () => {
  const draw = (seed: string): number[] =>
    Array.from(
      { length: 50 },
      (
        (r) => () =>
          r.u32()
      )(new Random(seed)),
    )
  assert.deepEqual(draw('a'), draw('a'))
  assert.notDeepEqual(draw('a'), draw('b'))
})

test('a fork does not depend on what its parent drew', () => {
  const fresh = new Random('a').fork('x').hex(32)
  const used = new Random('a')
  used.bytes(1000)
  assert.equal(used.fork('x').hex(32), fresh)
})

test('numbers stay within their bounds and spread over them', () => {
  const random = new Random('bounds')
  const seen = new Set<number>()
  for (let i = 0; i < 1000; i++) {
    seen.add(random.whole(3, 7))
    const x = random.between(-2, 2)
    assert.ok(x >= -2 && x < 2)
  }
  assert.deepEqual([...seen].sort(), [3, 4, 5, 6, 7])
})
