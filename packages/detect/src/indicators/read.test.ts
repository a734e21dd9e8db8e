import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIndicators } from './read.ts'

const terms = (file: ReturnType<typeof readIndicators>) =>
  file.indicators.map((i) => i.alternatives.map((all) => all.map((t) => t.value).join('&')))
const stix = (more: object, others: object[] = []) =>
  readIndicators(
    'feed.json',
    JSON.stringify({
      type: 'bundle',
      objects: [
        { type: 'indicator', id: 'indicator--1', pattern_type: 'stix', pattern: "[domain-name:value = 'bad.example']", ...more },
        ...others,
      ],
    }),
  )

test('STIX: name, author, time, level, and techniques by relationship', () => {
  const [indicator] = stix(
    { name: 'Control', created_by_ref: 'identity--1', valid_from: '2026-01-01T00:00:00Z', valid_until: '2026-02-01T00:00:00.5Z' },
    [
      { type: 'identity', id: 'identity--1', name: 'CERT' },
      { type: 'attack-pattern', id: 'attack-pattern--1', external_references: [{ source_name: 'mitre-attack', external_id: 'T1071.001' }] },
      { type: 'relationship', relationship_type: 'indicates', source_ref: 'indicator--1', target_ref: 'attack-pattern--1' },
    ],
  ).indicators
  assert.deepEqual(indicator, {
    id: 'indicator--1',
    name: 'Control',
    source: 'feed.json (CERT)',
    pattern: "[domain-name:value = 'bad.example']",
    level: 'high',
    attack: ['T1071.001'],
    validFrom: Date.UTC(2026, 0, 1) * 1000,
    validUntil: Date.UTC(2026, 1, 1) * 1000 + 500_000,
    alternatives: [[{ type: 'domain', value: 'bad.example' }]],
  })
})

test('STIX: what the author is unsure of weighs less', () => {
  const level = (more: object) => stix(more).indicators[0]?.level
  assert.deepEqual(
    [29, 30, 69, 70].map((confidence) => level({ confidence })),
    ['low', 'medium', 'medium', 'high'],
  )
  assert.equal(level({ indicator_types: ['anonymization'] }), 'medium')
  assert.equal(level({ indicator_types: ['anonymization', 'malicious-activity'] }), 'high')
})

test('STIX: taken back, benign, of another language, without a readable end: each is said', () => {
  assert.deepEqual(stix({ revoked: true }).skipped, { revoked: 1 })
  assert.deepEqual(stix({ indicator_types: ['benign'] }).skipped, { benign: 1 })
  assert.deepEqual(stix({ pattern_type: 'yara', pattern: 'rule x {}' }).examples, [
    { id: 'indicator--1', pattern: 'rule x {}', reason: 'a pattern of type yara' },
  ])
  assert.deepEqual(stix({ valid_until: 'soon' }).refused, { 'a time of validity that is none': 1 })
  assert.equal(stix({ pattern: 7 }).examples.length, 1)
  const partly = stix({ pattern: "[domain-name:value = 'bad.example' OR mutex:name = 'm']" })
  assert.deepEqual(
    [partly.indicators.length, partly.examples.map((e) => e.reason)],
    [1, ['the property mutex:name is not seen on the wire']],
  )
})

const misp = (attributes: object[], event: object = {}) =>
  readIndicators(
    'event.json',
    JSON.stringify({ response: [{ Event: { info: 'Case', threat_level_id: '1', Attribute: attributes, ...event } }] }),
  )
const attribute = (type: string, value: string, more: object = {}) => ({ uuid: 'u', type, value, to_ids: true, ...more })

test('MISP: types, two in one, objects, organisation, level, techniques', () => {
  const file = misp(
    [
      attribute('ip-dst|port', '198.51.100.7|443'),
      attribute('domain|ip', 'bad.example|198.51.100.8'),
      attribute('filename|sha256', `a.exe|${'ab'.repeat(32)}`),
      attribute('stix2-pattern', "[url:value = 'http://bad.example/x']"),
    ],
    {
      Orgc: { name: 'CERT' },
      Tag: [{ name: 'misp-galaxy:mitre-attack-pattern="Web Protocols - T1071.001"' }, { name: 'tlp:clear T9999' }],
      Object: [{ Attribute: [attribute('text', 't13d1516h2_8daaf6152771_b186095e22b6', { object_relation: 'ja4-fingerprint' })] }],
    },
  )
  assert.deepEqual(terms(file), [
    ['198.51.100.7&443'],
    ['bad.example', '198.51.100.8'],
    ['ab'.repeat(32)],
    ['bad.example/x'],
    ['t13d1516h2_8daaf6152771_b186095e22b6'],
  ])
  const [first] = file.indicators
  assert.deepEqual([first?.source, first?.level, first?.attack, first?.name], ['event.json (CERT)', 'high', ['T1071.001'], 'Case'])
})

test('MISP: deleted, not for detection, unseen on the wire', () => {
  const file = misp([
    attribute('domain', 'a.example', { deleted: true }),
    attribute('domain', 'a.example', { to_ids: false }),
    attribute('regkey', 'HKLM'),
    attribute('sha512', 'ab'.repeat(64)),
    attribute('domain', 'a.example', { last_seen: 'x' }),
  ])
  assert.deepEqual(
    [file.read, file.indicators, file.skipped, file.refused],
    [
      5,
      [],
      { deleted: 1, 'not meant for detection': 1 },
      {
        'the type regkey is not seen on the wire': 1,
        'SHA-512: files on the wire are hashed with MD5, SHA-1 and SHA-256 only': 1,
        'a time of validity that is none': 1,
      },
    ],
  )
})

test('CSV: a header in any order, quotes, comments; a bare list; what is no value is named with its line', () => {
  const table = readIndicators(
    'list.csv',
    '\ufeff# c\r\nSeverity,"IOC",Description,Expires\r\nhigh,bad.example,"a, ""b""\nc",2026-05-01\r\n\r\nlow,nonsense,,\r\n',
  )
  const [one] = table.indicators
  assert.deepEqual([one?.level, one?.name, one?.validUntil, one?.id], ['high', 'a, "b" c', Date.UTC(2026, 4, 1) * 1000, 'list.csv line 3'])
  assert.deepEqual(table.examples, [{ id: 'line 6', pattern: 'nonsense', reason: 'a value of no known shape' }])
  const list = readIndicators(
    'list.txt',
    `198.51.100.7\n2001:DB8::1\n198.51.100.0/24\nbad.example\nhttps://bad.example\n${'AB'.repeat(32)}\n`,
  )
  assert.deepEqual(terms(list).flat(), ['198.51.100.7', '2001:db8::1', '198.51.100.0/24', 'bad.example', 'bad.example/', 'ab'.repeat(32)])
  const stray = readIndicators('x.csv', '"a.example\nb.example\n')
  assert.deepEqual(terms(stray), [['b.example']])
})

test('files that are nothing we know are refused as a whole and never throw', () => {
  for (const content of ['{', '[', '{}', '[]', '[[[', '{"objects":7}', '{"response":{}}', `${'['.repeat(100_000)}`]) {
    const file = readIndicators('x', content)
    assert.deepEqual([file.format, file.indicators.length, file.examples.length], ['unknown', 0, 1], content.slice(0, 20))
  }
  for (const value of [null, 7, [], {}, 'x', true]) {
    const strange = {
      type: value,
      id: value,
      pattern: value,
      pattern_type: 'stix',
      name: value,
      valid_until: value,
      external_references: value,
    }
    readIndicators(
      'x',
      JSON.stringify({ objects: [value, strange, { ...strange, type: 'indicator' }, { ...strange, type: 'attack-pattern' }] }),
    )
    readIndicators('x', JSON.stringify({ Event: { Attribute: [value, strange, { ...strange, to_ids: true }], Object: value, Tag: value } }))
    readIndicators('x', JSON.stringify([value, { Event: value }]))
  }
  readIndicators('x.csv', '"'.repeat(100_000))
  readIndicators('x.csv', `${','.repeat(100_000)}\n`.repeat(3))
  assert.equal(readIndicators('x.csv', '\u001b[31mx\n').examples[0]?.pattern, '[31mx')
})

test('of many refusals the first are shown, all are counted', () => {
  const file = readIndicators('x.csv', 'nonsense\n'.repeat(1000))
  assert.deepEqual([file.examples.length, file.refused['a value of no known shape']], [200, 1000])
})
