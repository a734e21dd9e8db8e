import assert from 'node:assert/strict'
import test from 'node:test'
import type { Asset, Observation } from '@isthmus/model'
import { asset, NOBODY, rule, rulesOf, see } from './testing.ts'

/** Whether a selection over process writes (or the kind given) matches an observation with these fields. */
function matches(
  selection: unknown,
  fields: Record<string, unknown>,
  ends: { client?: Asset; server?: Asset } = {},
  kind: Observation['kind'] = 'process.write',
): boolean {
  const { rules, errors } = rulesOf(rule('r', kind, selection))
  assert.deepEqual(errors, [])
  const subject = { ...NOBODY, ...ends, observation: see(kind, 0, fields), learnedAt: 0 }
  return rules[0]!.matches(subject as never)
}

test('texts are compared without regard to case, unless cased', () => {
  assert.equal(matches({ tag: 'Level' }, { tag: 'LEVEL' }), true)
  assert.equal(matches({ 'tag|cased': 'Level' }, { tag: 'LEVEL' }), false)
  assert.equal(matches({ 'tag|cased': 'Level' }, { tag: 'Level' }), true)
})

test('a list means any of its values, |all means each of them', () => {
  assert.equal(matches({ tag: ['a', 'b'] }, { tag: 'b' }), true)
  assert.equal(matches({ tag: ['a', 'b'] }, { tag: 'c' }), false)
  assert.equal(matches({ 'tag|contains|all': ['ab', 'cd'] }, { tag: 'xabxcd' }), true)
  assert.equal(matches({ 'tag|contains|all': ['ab', 'cd'] }, { tag: 'xab' }), false)
})

test('wildcards: star any text, question mark one character, backslash makes them literal', () => {
  assert.equal(matches({ tag: 'DB*.W?' }, { tag: 'DB12.W4' }), true)
  assert.equal(matches({ tag: 'DB*.W?' }, { tag: 'DB12.W45' }), false)
  assert.equal(matches({ tag: '*a*b*' }, { tag: 'xxaxxbxx' }), true)
  assert.equal(matches({ tag: '*a*b*' }, { tag: 'xxbxxaxx' }), false)
  assert.equal(matches({ tag: 'a\\*b' }, { tag: 'a*b' }), true)
  assert.equal(matches({ tag: 'a\\*b' }, { tag: 'axb' }), false)
  assert.equal(matches({ tag: 'ab*ba' }, { tag: 'aba' }), false, 'the two ends may not overlap')
  assert.equal(matches({ tag: '*' }, { tag: '' }), true)
})

test('places: contains, startswith, endswith', () => {
  assert.equal(matches({ 'tag|contains': 'ev' }, { tag: 'LEVEL' }), true)
  assert.equal(matches({ 'tag|startswith': 'le' }, { tag: 'LEVEL' }), true)
  assert.equal(matches({ 'tag|startswith': 'ev' }, { tag: 'LEVEL' }), false)
  assert.equal(matches({ 'tag|endswith': 'EL' }, { tag: 'level' }), true)
})

test('numbers, booleans and null', () => {
  assert.equal(matches({ value: 5 }, { value: 5 }), true)
  assert.equal(matches({ value: 5 }, { value: '5' }), true)
  assert.equal(matches({ ok: true }, { ok: true }), true)
  assert.equal(matches({ ok: true }, { ok: undefined }), false)
  assert.equal(matches({ ok: null }, { ok: undefined }), true)
  assert.equal(matches({ ok: null }, { ok: false }), false)
  assert.equal(matches({ part: '' }, { part: '' }), true)
  assert.equal(matches({ part: '' }, { part: undefined }), false)
})

test('comparisons hold for numbers and for texts that are numbers, never for what is missing', () => {
  assert.equal(matches({ 'value|gt': 5 }, { value: 5 }), false)
  assert.equal(matches({ 'value|gte': 5 }, { value: 5 }), true)
  assert.equal(matches({ 'value|lt': 5 }, { value: '4.5' }), true)
  assert.equal(matches({ 'value|lte': 5 }, { value: '' }), false)
  assert.equal(matches({ 'value|lt': 5 }, { value: undefined }), false)
  assert.equal(matches({ 'server.level|lte': 1 }, {}, { server: asset({ purdueLevel: 1 }) }), true)
  assert.equal(matches({ 'server.level|lte': 1 }, {}), false)
})

test('exists and neq', () => {
  assert.equal(matches({ 'unit|exists': true }, { unit: 'bar' }), true)
  assert.equal(matches({ 'unit|exists': false }, { unit: undefined }), true)
  assert.equal(matches({ 'tag|neq': 'a' }, { tag: 'b' }), true)
  assert.equal(matches({ 'tag|neq': 'a' }, { tag: 'A' }), false)
})

test('cidr over both families', () => {
  const from = (ip: string) => ({ client: { ip, mac: undefined, port: 1 } })
  assert.equal(matches({ 'client.ip|cidr': '10.0.0.0/9' }, from('10.127.1.1')), true)
  assert.equal(matches({ 'client.ip|cidr': '10.0.0.0/9' }, from('10.128.1.1')), false)
  assert.equal(matches({ 'client.ip|cidr': ['192.168.0.0/16', 'fe80::/10'] }, from('fe80::1')), true)
  assert.equal(matches({ 'client.ip|cidr': '::ffff:1.2.3.0/120' }, from('::ffff:1.2.3.4')), true)
})

test('re, with its flags', () => {
  assert.equal(matches({ 'tag|re': '^DB\\d+$' }, { tag: 'DB12' }), true)
  assert.equal(matches({ 'tag|re': '^db\\d+$' }, { tag: 'DB12' }), false)
  assert.equal(matches({ 'tag|re|i': '^db\\d+$' }, { tag: 'DB12' }), true)
})

test('fieldref compares two fields of the same observation', () => {
  assert.equal(matches({ 'value|fieldref': 'previous' }, { value: 'x', previous: 'x' }), true)
  assert.equal(matches({ 'value|fieldref': 'previous' }, { value: 'x', previous: 'y' }), false)
  assert.equal(matches({ 'tag|endswith|fieldref': 'part' }, { tag: 'a.b', part: 'b' }), true)
})

test('base64 and its offsets find a text inside an encoded one', () => {
  assert.equal(matches({ 'tag|base64': 'foobar' }, { tag: 'Zm9vYmFy' }), true)
  for (const lead of ['', 'x', 'xy', 'xyz']) {
    assert.equal(
      matches({ 'tag|base64offset|contains': 'http://bad' }, { tag: btoa(`${lead}http://bad/path`) }),
      true,
      `after ${lead.length} bytes`,
    )
  }
  assert.equal(matches({ 'tag|wide|base64': 'a' }, { tag: btoa('a\0') }), true)
})

test('windash takes every sign before an option', () => {
  assert.equal(matches({ 'tag|windash|contains': ' -enc' }, { tag: 'run /enc x' }), true)
  assert.equal(matches({ 'tag|windash|contains': ' -enc' }, { tag: 'run enc x' }), false)
})

test('a list of maps is any of them, a list of texts are keywords over all texts', () => {
  assert.equal(matches([{ tag: 'a' }, { tag: 'b', ok: true }], { tag: 'b', ok: true }), true)
  assert.equal(matches([{ tag: 'a' }, { tag: 'b', ok: true }], { tag: 'b', ok: false }), false)
  assert.equal(matches(['pump', 'valve'], { tag: 'main VALVE 3' }), true)
  assert.equal(matches({ '|all': ['main', 'valve'] }, { tag: 'main valve 3' }), true)
  assert.equal(matches({ '|all': ['main', 'pump'] }, { tag: 'main valve 3' }), false)
})

test('a field with several values matches when one does', () => {
  assert.equal(matches({ 'answers|cidr': '10.0.0.0/8' }, { answers: ['8.8.8.8', '10.1.1.1'] }, {}, 'name.resolved'), true)
  assert.equal(matches({ 'client.roles': 'controller' }, {}, { client: asset({ roles: ['a', 'controller'] }) }), true)
})

test('what is known of an end: zone, controller, outside', () => {
  assert.equal(matches({ 'server.zone': 'ot' }, {}, { server: asset({ purdueLevel: 2 }) }), true)
  assert.equal(matches({ 'server.zone': 'it' }, {}, { server: asset({ purdueLevel: 4 }) }), true)
  assert.equal(matches({ 'server.zone': 'dmz' }, {}, { server: asset({ purdueLevel: 3.5 }) }), true)
  assert.equal(matches({ 'server.isController': true }, {}, { server: asset({ type: 'plc' }) }), true)
  assert.equal(matches({ 'server.isController': true }, {}, { server: asset({ type: 'hmi' }) }), false)
  assert.equal(matches({ 'server.isExternal': true }, { server: { ip: '8.8.8.8', mac: undefined, port: 1 } }), true)
  assert.equal(matches({ 'server.isExternal': true }, { server: { ip: '172.20.1.1', mac: undefined, port: 1 } }), false)
})

test('conditions: precedence, parentheses, quantifiers', () => {
  const holds = (condition: string, names: Record<string, boolean>): boolean => {
    const detection = { ...Object.fromEntries(Object.keys(names).map((name) => [name, { tag: name }])), condition }
    const doc = { title: 'r', logsource: { product: 'isthmus', category: 'process_write' }, detection }
    const { rules, errors } = rulesOf(doc)
    assert.deepEqual(errors, [], condition)
    // One observation matches the selections whose name is its tag; several are tried for several names.
    return Object.keys(names).some(
      (tag) => names[tag] && rules[0]!.matches({ ...NOBODY, observation: see('process.write', 0, { tag }), learnedAt: 0 }),
    )
  }
  assert.equal(holds('a or b and not c', { a: true, b: false, c: false }), true)
  assert.equal(holds('(a or b) and not a', { a: true, b: false }), false)
  assert.equal(holds('1 of sel_* and not other', { sel_a: true, sel_b: false, other: false }), true)
  assert.equal(holds('all of sel_*', { sel_a: true, sel_b: true }), false)
  assert.equal(holds('1 of them', { a: false, b: true }), true)
  assert.equal(holds('any of them', { a: false, b: true }), true)
  assert.equal(holds('not (a or b) or not not b', { a: false, b: true }), true)
})
