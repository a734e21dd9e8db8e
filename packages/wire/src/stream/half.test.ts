import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from './budget.ts'
import { Echoes } from './echoes.ts'
import { Half } from './half.ts'

type Segment = readonly [seq: number, text: string]

function ordered(
  segments: readonly Segment[],
  { start = 100, acks = [] as readonly number[] } = {},
): { text: string; gaps: number[]; half: Half; differing: number } {
  const half = new Half()
  half.next = start
  let text = ''
  let differing = 0
  const gaps: number[] = []
  const budget = new Budget()
  const sink = {
    budget,
    echoes: new Echoes(),
    differs: () => void differing++,
    bytes: (b: Uint8Array, at: number, end: number) => void (text += Buffer.from(b.subarray(at, end)).toString()),
    gap: (n: number) => void gaps.push(n),
  }
  segments.forEach(([seq, part], i) => {
    half.push(seq >>> 0, Buffer.from(part), 0, part.length, 0, i, 0, sink)
    if (acks[i] !== undefined) half.acknowledged(acks[i], sink)
  })
  half.finish(sink)
  assert.equal(budget.held, 0, 'nothing stays held')
  return { text, gaps, half, differing }
}

test('every order of five segments, one of them sent twice, gives the same bytes', () => {
  const segments: Segment[] = [
    [100, 'ab'],
    [102, 'cd'],
    [104, 'ef'],
    [106, 'gh'],
    [102, 'cd'],
  ]
  for (const order of permutations(segments)) assert.equal(ordered(order).text, 'abcdefgh', JSON.stringify(order))
})

test('overlapping segments: the first bytes win', () => {
  assert.equal(
    ordered([
      [100, 'abcd'],
      [102, 'XXef'],
    ]).text,
    'abcdef',
  )
  assert.equal(
    ordered([
      [102, 'cdXX'],
      [100, 'ab'],
      [104, 'ef'],
    ]).text,
    'abcdXX',
  )
  assert.equal(
    ordered([
      [100, 'abcd'],
      [98, 'zzabcdef'],
    ]).text,
    'abcdef',
  )
})

test('a hole that the peer acknowledged is a gap of exactly its length', () => {
  const { text, gaps, half } = ordered(
    [
      [100, 'ab'],
      [106, 'gh'],
    ],
    { acks: [102, 108] },
  )
  assert.deepEqual([text, gaps, half.gapBytes], ['abgh', [4], 4])
})

test('a hole still open at the end is a gap', () => {
  assert.deepEqual(
    ordered([
      [100, 'ab'],
      [105, 'f'],
    ]).gaps,
    [3],
  )
})

test('sequence numbers wrap', () => {
  assert.equal(
    ordered(
      [
        [0xfffffffe, 'ab'],
        [0, 'cd'],
      ],
      { start: 0xfffffffe },
    ).text,
    'abcd',
  )
  assert.equal(
    ordered(
      [
        [0, 'cd'],
        [0xfffffffe, 'ab'],
      ],
      { start: 0xfffffffe },
    ).text,
    'abcd',
  )
})

test('a segment sent again is told when it says something else where both have bytes', () => {
  const differing = (...segments: Segment[]) => ordered(segments).differing
  assert.deepEqual(
    [
      differing([100, 'abcd'], [100, 'abcd']),
      differing([100, 'abcd'], [100, 'abXd']),
      differing([100, 'abcd'], [100, 'abcdef']),
      differing([100, 'abcd'], [102, 'cX']),
      differing([100, 'abcd'], [104, 'ef'], [102, 'cdef']),
      differing([100, 'abcd'], [104, 'ef'], [102, 'cdeX']),
      differing([100, 'x'.repeat(40)], [100, `${'x'.repeat(32)}y`]),
    ],
    [0, 1, 0, 1, 0, 1, 0],
  )
  const wrapped: Segment[] = [
    [0xffff_fffe, 'abcd'],
    [0, 'cX'],
  ]
  assert.equal(ordered(wrapped, { start: 0xffff_fffe }).differing, 1, 'where sequence numbers begin anew')
})

test('what other sides said is not mistaken for what this one did', () => {
  const echoes = new Echoes()
  const halves = Array.from({ length: 16_385 }, () => new Half())
  const first = Buffer.from('first')
  for (const half of halves) echoes.keep(half, 100, first, 0, 5)
  const differs = (half: Half) => echoes.differs(half, 100, Buffer.from('other'), 0, 5)
  assert.deepEqual([differs(halves[0]!), differs(halves[1]!), differs(halves[16_384]!)], [false, true, true])
})

test('memory is bounded however much arrives above a hole', () => {
  const segments: Segment[] = Array.from({ length: 5000 }, (_, i) => [200 + i * 400, 'x'.repeat(200)])
  const { text, half } = ordered(segments)
  assert.equal(text.length, 5000 * 200)
  assert.equal(half.gapBytes, 100 + 4999 * 200)
})

test('all directions together hold no more than the budget', () => {
  const budget = new Budget()
  const sink = { budget, echoes: new Echoes(), bytes: () => {}, gap: () => {}, differs: () => {} }
  const segment = new Uint8Array(60_000)
  for (let i = 0; i < 3000; i++) {
    const half = new Half()
    half.next = 0
    half.push(100, segment, 0, segment.length, 0, i, 0, sink)
    assert.ok(budget.held <= 64 * 1024 * 1024)
  }
  assert.ok(budget.refused > 0)
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]))
}
