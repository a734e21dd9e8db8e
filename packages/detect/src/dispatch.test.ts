import assert from 'node:assert/strict'
import test from 'node:test'
import { createDispatch } from './dispatch.ts'
import { NOBODY, rule, rulesOf, see } from './testing.ts'

const DETECTIONS: readonly Record<string, unknown>[] = [
  { one: { tag: 'a*' } },
  { one: { tag: 'b', quality: ['good', 'bad'] } },
  { one: [{ tag: 'c' }, { quality: 'bad' }] },
  { one: [{ tag: 'c' }, { tag: 'd' }], two: { value: 3 }, condition: 'one and not two' },
  { one: { tag: 'a1' }, condition: 'not one' },
  { one: { 'tag|re': '^a' }, two: { 'value|gt': 2 }, condition: 'one or two' },
  { one: { quality: null } },
]

test('what is found by its fields is what matches, whatever the values, and beyond what is remembered', () => {
  const { rules } = rulesOf(
    ...DETECTIONS.map((detection, i) => rule(`r${i}`, 'process.read', {}, { detection: { condition: '1 of them', ...detection } })),
  )
  assert.equal(rules.length, DETECTIONS.length)
  const { candidates } = createDispatch(rules, 'process.read', new Map())
  const tags = ['a', 'A1', 'b', 'c', 'd', ...Array.from({ length: 6000 }, (_, i) => `a${i % 5000}`)]
  let found = 0
  for (const tag of tags)
    for (const quality of ['good', 'bad', undefined])
      for (const value of [1, 3]) {
        const subject = { ...NOBODY, observation: see('process.read', 0, { tag, quality, value }), learnedAt: 0 }
        const of = candidates(subject).filter(({ matches }) => matches === undefined || matches(subject))
        found += of.length
        assert.deepEqual(
          of.map(({ rule }) => rule.name),
          rules.filter((one) => one.matches(subject)).map(({ name }) => name),
        )
      }
  assert.ok(found > tags.length)
})

test('lists are told apart by what they hold, however it is written, and may change in place', () => {
  const { rules } = rulesOf(
    rule('a', 'name.resolved', { answers: 'a' }),
    rule('none', 'name.resolved', { answers: null }),
    rule('both', 'name.resolved', { 'answers|contains|all': ['a', 'b'] }),
    rule('not', 'name.resolved', {}, { detection: { b: { answers: 'b' }, condition: 'not b' } }),
  )
  const { candidates } = createDispatch(rules, 'name.resolved', new Map())
  const changing = ['a']
  const lists: unknown[] = [
    ['a'],
    'a',
    [],
    ['a', 'b'],
    ['ab'],
    ['a1 b'],
    ['1 a', 'b'],
    '1 a1 b',
    [['a']],
    [undefined],
    undefined,
    null,
    changing,
  ]
  const many = Array.from({ length: 5000 }, (_, i) => [`${i}`, 'b'])
  for (const answers of [...lists, ...lists, ...many, ...lists]) {
    if (answers === changing) changing.push('b')
    const subject = { ...NOBODY, observation: see('name.resolved', 0, { answers }), learnedAt: 0 }
    const of = candidates(subject).filter(({ matches }) => matches === undefined || matches(subject))
    assert.deepEqual(
      of.map(({ rule }) => rule.name),
      rules.filter((one) => one.matches(subject)).map(({ name }) => name),
      JSON.stringify(answers),
    )
  }
})
