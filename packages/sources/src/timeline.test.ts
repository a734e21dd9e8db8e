import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byTime, type Timed, Timeline } from './timeline.ts'

/** The same numbers each time, from 0 to 999. */
function numbers(): () => number {
  let n = 7
  return () => {
    n = (n * 48_271) % 2_147_483_647
    return n % 1000
  }
}

test('whatever is put and taken, it is what a sorted list would give', () => {
  const next = numbers()
  const line = new Timeline<Timed>()
  let all: Timed[] = []
  let taken = 0
  for (let order = 0; order < 20_000; order++) {
    const one = { at: next() - (order % 7 === 0 ? order : 0), order }
    line.put(one)
    all.push(one)
    if (next() > 2) continue
    const [from, to] = order % 3 === 0 ? [Number.NEGATIVE_INFINITY, next() - 900] : [next(), next()]
    const expected = all.filter(({ at }) => at >= from && at <= to).sort(byTime)
    assert.deepEqual(line.take(from, to), expected)
    all = all.filter(({ at }) => at < from || at > to)
    assert.equal(line.size, all.length)
    taken += expected.length
  }
  assert.ok(taken > 2000 && all.length > 2000, `${taken} taken, ${all.length} left`)
  assert.deepEqual(line.takeAll(), all.sort(byTime))
  assert.deepEqual([line.size, line.takeAll()], [0, []])
})

test('a hundred thousand that come backwards cost about as much as in order', () => {
  const cost = (time: (i: number) => number): number => {
    const line = new Timeline<Timed>()
    const { user } = process.cpuUsage()
    for (let i = 0; i < 100_000; i++) line.put({ at: time(i), order: i })
    return (process.cpuUsage().user - user) / 1000
  }
  cost((i) => i)
  const [forth, back] = [cost((i) => i), cost((i) => -i)]
  assert.ok(back < 10 * forth + 200, `${back} ms against ${forth}`)
})
