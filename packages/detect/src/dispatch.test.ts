import assert from 'node:assert/strict'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

test('long texts by the thousand are asked each time rather than remembered', () => {
  const { rules } = rulesOf(rule('a', 'process.read', { 'tag|contains': 'needle' }), rule('b', 'process.read', { quality: 'bad' }))
  const { candidates } = createDispatch(rules, 'process.read', new Map())
  setFlagsFromString('--expose-gc')
  const held = (): number => {
    runInNewContext('gc')()
    return process.memoryUsage().heapUsed
  }
  const before = held()
  for (let i = 0; i < 4000; i++) {
    const tag = Buffer.alloc(20_000, `${i} `).toString('latin1') + (i % 2 === 0 ? 'needle' : '')
    const of = candidates({ ...NOBODY, observation: see('process.read', 0, { tag }), learnedAt: 0 })
    assert.equal(of.length, i % 2 === 0 ? 1 : 0)
  }
  assert.ok(held() - before < 10e6)
})
