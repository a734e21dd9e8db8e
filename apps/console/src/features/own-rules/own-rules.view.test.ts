import assert from 'node:assert/strict'
import test from 'node:test'
import { regex } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { compileRules } from '@isthmus/detect'
import { createDrafts, draftWords } from './drafts.ts'
import {
  categoryOf,
  type Draft,
  errorWords,
  linesOf,
  nameOf,
  placeOfLine,
  stateWords,
  TEMPLATE,
  titleOf,
  troubleWords,
  yamlOf,
} from './own-rules.view.ts'

const compiled = (text: string) => compileRules(parseRuleFile('x', text), { regex })

test('the example that an empty editor shows is a rule', () => {
  assert.deepEqual(compiled(TEMPLATE).errors, [])
})

test('the log source is read from a text that is not yet a rule', () => {
  assert.equal(categoryOf(TEMPLATE), 'process_write')
  assert.equal(categoryOf('title: nothing yet'), '')
})

test('a line is found in a text, the last one and one beyond it too', () => {
  const text = 'a\nbcd\n\ne'
  assert.deepEqual(
    [1, 2, 3, 4, 9].map((line) => text.slice(...placeOfLine(text, line))),
    ['a', 'bcd', '', 'e', 'e'],
  )
  assert.equal(linesOf(text), 4)
})

const draft = (more: Partial<Draft>): Draft => ({ title: 'Pump written', level: 'high', category: 'process_write', asks: [], ...more })

test('what the menus describe compiles, and says what was chosen', () => {
  const text = yamlOf(
    draft({
      asks: [
        { field: 'tag', modifier: 'startswith', value: 'DB12, DB13', isNot: false },
        { field: 'value', modifier: 'gt', value: '42', isNot: false },
        { field: 'client.ip', modifier: 'cidr', value: '10.1.1.0/24', isNot: true },
        { field: 'ok', modifier: '', value: 'false', isNot: true },
      ],
    }),
  )
  const { rules, errors } = compiled(text)
  assert.deepEqual(errors, [])
  assert.deepEqual([rules[0]?.name, rules[0]?.level], ['pump-written', 'high'])
  const holds = (more: object) =>
    rules[0]!.matches({
      observation: { kind: 'process.write', tag: 'DB13.x', value: 43, client: { ip: '10.2.0.1' }, ...more },
      client: undefined,
      server: undefined,
      learnedAt: 0,
    } as never)
  assert.deepEqual(
    [holds({}), holds({ value: 42 }), holds({ client: { ip: '10.1.1.9' } }), holds({ ok: false })],
    [true, false, false, false],
  )
})

test('whatever is typed stays one value: it cannot write YAML of its own', () => {
  for (const value of ['x]', '"', '{ a: b }', '- x', '&a', '*a', 'a: b', '#x', "it's", 'null', 'yes', '1e3', 'ä', 'a\tb']) {
    const { rules, errors } = compiled(yamlOf(draft({ asks: [{ field: 'tag', modifier: 'cased', value, isNot: false }] })))
    assert.deepEqual(errors, [], value)
    const holds = (tag: string) =>
      rules[0]!.matches({ observation: { kind: 'process.write', tag }, client: undefined, server: undefined, learnedAt: 0 } as never)
    assert.equal(holds(value), true, value)
  }
  assert.equal(
    compiled(yamlOf(draft({ title: ': "x" #', asks: [{ field: 'tag', modifier: '', value: 'x', isNot: true }] }))).rules[0]?.title,
    ': "x" #',
  )
})

test('names, states and errors in words', () => {
  assert.equal(nameOf('Überlauf: Tank 3!'), 'uberlauf-tank-3')
  assert.equal(nameOf('???'), 'my-rule')
  assert.equal(errorWords({ line: 7, path: 'detection.s', reason: 'no' }), 'Line 7: detection.s: no')
  assert.equal(errorWords({ line: null, path: '', reason: 'no' }), 'no')
  const error = { line: 1, rule: '', path: 'level', reason: 'no' }
  assert.equal(stateWords({ isOn: false, errors: [error], dropped: [] }), 'Off, 1 error')
  assert.equal(stateWords({ isOn: true, errors: [], dropped: [{ ...error, site: 'works' }] }), 'On, but does not count')
  assert.equal(titleOf({ rules: [], title: 'Ours' }), 'Ours')
  assert.equal(titleOf({ rules: [], title: null }), 'Without a title')
  const siteName = (site: string) => site.toUpperCase()
  assert.equal(troubleWords({ isOn: true, errors: [], dropped: [{ ...error, site: 'works' }] }, siteName), 'WORKS: Line 1: level: no')
  assert.equal(troubleWords({ isOn: false, errors: [error, error], dropped: [] }, siteName), 'Line 1: level: no – and 1 more')
  assert.equal(troubleWords({ isOn: true, errors: [], dropped: [] }, siteName), undefined)
})

test('a text that was not saved is kept for its rule until it is saved or thrown away', () => {
  const rows = new Map<string, string>()
  const storage = {
    getItem: (key: string) => rows.get(key) ?? null,
    setItem: (key: string, value: string) => void rows.set(key, value),
    removeItem: (key: string) => void rows.delete(key),
  }
  const drafts = createDrafts(storage)
  drafts.keep('rule-1', { text: 'title: x', over: 3 })
  assert.deepEqual(createDrafts(storage).of('rule-1'), { text: 'title: x', over: 3 })
  assert.equal(drafts.of('rule-2'), undefined)
  drafts.forget('rule-1')
  assert.equal(drafts.of('rule-1'), undefined)
  for (const wrong of ['{', '5', 'null', '{"text":1}']) {
    rows.set('isthmus.rule-draft.rule-1', wrong)
    assert.equal(drafts.of('rule-1'), undefined, wrong)
  }
  const full = createDrafts({
    ...storage,
    setItem: () => {
      throw new Error('full')
    },
  })
  full.keep('rule-1', { text: '', over: 0 })
})

test('a kept text says over which version it was written', () => {
  assert.match(draftWords({ text: '', over: 3 }, 3), /^This is what you wrote/)
  assert.match(draftWords({ text: '', over: 3 }, 5), /over version 3; version 5 is kept since: saving yours replaces it/)
})
