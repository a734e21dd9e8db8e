import assert from 'node:assert/strict'
import test from 'node:test'
import { getter } from './fields.ts'
import { groupKey } from './group-key.ts'
import { asset, NOBODY, see } from './testing.ts'

const groupBy = ['server', 'tag', 'quality'].map(getter)
const keyOf = (fields: Record<string, unknown>) =>
  groupKey(groupBy, { ...NOBODY, observation: see('process.read', 0, fields), learnedAt: 0 })

test('the same fields of the same values are the same key, however many there were, and others are not', () => {
  const tags = Array.from({ length: 10_000 }, (_, i) => `tag ${i}`)
  const first = tags.map((tag) => keyOf({ tag, quality: 'good' }))
  assert.equal(new Set(first).size, tags.length)
  assert.deepEqual(
    tags.map((tag) => keyOf({ tag, quality: 'good' })),
    first,
  )
  assert.notEqual(keyOf({ tag: 'tag 1', quality: 'bad' }), first[1])
  assert.equal(keyOf({ tag: 'tag 1' }), keyOf({ tag: 'tag 1', quality: '' }), 'what is not told is empty')
})

test('a list that changed is another group, and a long value is one as well', () => {
  const list = ['a', 'b']
  const before = keyOf({ tag: list })
  list.push('c')
  assert.notEqual(keyOf({ tag: list }), before)
  const long = 'x'.repeat(1000)
  assert.equal(keyOf({ tag: long }), keyOf({ tag: long }))
  assert.notEqual(keyOf({ tag: long }), keyOf({ tag: `${long}y` }))
})

test('the same observation is of another group where its ends are others', () => {
  const byType = ['client.type'].map(getter)
  const observation = see('process.read', 0)
  const keyAs = (type: 'plc' | 'hmi') => groupKey(byType, { ...NOBODY, observation, client: asset({ type }), learnedAt: 0 })
  assert.notEqual(keyAs('plc'), keyAs('hmi'))
})

test('a field that is not told leads to a group of its own, after whichever others', () => {
  const byPart = ['part', 'tag', 'quality'].map(getter)
  const keyAs = (fields: Record<string, unknown>) =>
    groupKey(byPart, { ...NOBODY, observation: see('process.read', 0, fields), learnedAt: 0 })
  const stories = [{ tag: 't' }, { part: 'p', tag: 't' }, { part: 'q' }, { part: 'q', tag: 'u' }, { part: 'p' }, { quality: 'good' }]
  for (const fields of [...stories, ...stories.toReversed(), ...stories])
    assert.equal(
      keyAs(fields),
      ['part', 'tag', 'quality'].map((name) => `${(fields as Record<string, string>)[name] ?? ''}\u001f`).join(''),
    )
})
