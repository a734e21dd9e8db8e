import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '@isthmus/model'
import { createDetector } from '../detector.ts'
import { end, HOUR, NOBODY, rule, rulesOf, SECOND, see } from '../testing.ts'
import { createIndicators } from './match.ts'
import { readIndicators } from './read.ts'

/** The arbitrary start of `see` is 2023-11-14T22:13:20Z. */
const START = 1_700_000_000_000_000
const SHA256 = 'ab'.repeat(32)
const JA4 = 't13d1516h2_8daaf6152771_b186095e22b6'

const session = (ip = '198.51.100.7', port = 443, more: object = {}) =>
  see('session.updated', 0, { id: 's1', transport: 'tcp', state: 'open', server: end(ip, port), ...more })
const asked = (name: string, answers: string[] = [], at = 0) =>
  see('name.resolved', at, { name, type: 'A', answers, code: 'NOERROR', first: START + at, count: 1 })
const web = (host: string, path: string) =>
  see('web.requested', 0, { method: 'GET', host, path, agent: '', status: 200, first: START, count: 1 })
const tls = (serverName: string, fingerprint = '') =>
  see('encryption.negotiated', 0, { serverName, fingerprint, version: '', cipher: '', subject: '', issuer: '', first: START, count: 1 })
const file = (hash: string | undefined, others: { md5?: string; sha1?: string } = {}) =>
  see('file.moved', 0, {
    name: 'a',
    direction: 'to-client',
    bytes: 1,
    mime: '',
    hash,
    md5: undefined,
    sha1: undefined,
    whole: true,
    scanned: 0,
    matches: [],
    ...others,
  })

const listed = (...lines: string[]) => createIndicators(readIndicators('list.csv', lines.join('\n')).indicators)
const pattern = (text: string) =>
  createIndicators(
    readIndicators('f', JSON.stringify({ objects: [{ type: 'indicator', id: 'i', pattern_type: 'stix', pattern: text }] })).indicators,
  )
const shows = (indicators: ReturnType<typeof listed>, o: Observation) => indicators.match(o).map(({ type, value }) => `${type} ${value}`)

test('each kind of value where the wire shows it', () => {
  const [md5, sha1] = ['cd'.repeat(16), 'ef'.repeat(20)] as const
  const known = listed('198.51.100.7', 'bad.example', 'http://bad.example/a', SHA256, JA4, '2001:db8::/32', md5, sha1)
  const cases: [Observation, string[]][] = [
    [session(), ['ip 198.51.100.7']],
    [session('10.0.0.2', 443, { client: end('198.51.100.7', 5) }), ['ip 198.51.100.7']],
    [session('2001:db8:1::9'), ['network 2001:db8:1::9']],
    [asked('BAD.example.'), ['domain bad.example']],
    [asked('good.example', ['cdn.example', 'bad.example', '198.51.100.7']), ['domain bad.example', 'ip 198.51.100.7']],
    [web('bad.example:80', '/b'), ['domain bad.example']],
    [web('bad.example', '/a'), ['url bad.example/a', 'domain bad.example']],
    [web('proxy.example', 'http://bad.example/a'), ['url bad.example/a']],
    [tls('bad.example', JA4), [`ja4 ${JA4}`, 'domain bad.example']],
    [file(SHA256.toUpperCase()), [`hash ${SHA256}`]],
    [file('00'.repeat(32), { md5, sha1 }), [`hash ${sha1}`, `hash ${md5}`]],
  ]
  for (const [o, expected] of cases) assert.deepEqual(shows(known, o), expected, JSON.stringify(o))
})

test('what is not listed shows nothing', () => {
  const known = listed('198.51.100.7', 'bad.example', 'http://bad.example/a', SHA256, '2001:db8::/32')
  const others = [
    session('198.51.100.8'),
    session('2001:db9::1'),
    asked('very.bad.example'),
    web('x.example', '/a'),
    tls(''),
    file(undefined),
  ]
  for (const o of [...others, see('mode.changed', 0, { server: end('198.51.100.7') })]) assert.deepEqual(shows(known, o), [], o.kind)
})

test('several terms must hold on one observation', () => {
  const known = pattern("[domain-name:value = 'bad.example' AND ipv4-addr:value = '198.51.100.7' AND network-traffic:dst_port = 443]")
  const at = (o: Observation, ip: string, port = 443) => ({ ...o, server: end(ip, port) }) as Observation
  assert.deepEqual(shows(known, at(tls('bad.example'), '198.51.100.7')), ['domain bad.example'])
  for (const o of [at(tls('bad.example'), '198.51.100.8'), at(tls('bad.example'), '198.51.100.7', 80), session()])
    assert.deepEqual(shows(known, o), [])
  const both = pattern("[ipv4-addr:value = '198.51.100.7' AND ipv4-addr:value = '10.0.0.1']")
  assert.deepEqual([shows(both, session()).length, shows(both, session('198.51.100.7', 1, { client: end('10.0.0.9') })).length], [1, 0])
  const target = pattern("[network-traffic:dst_ref.value = '198.51.100.7']")
  assert.deepEqual([shows(target, session()).length, shows(target, session('10.0.0.2', 1, { client: end('198.51.100.7') })).length], [1, 0])
})

test('in event time: from its first moment, not at its last', () => {
  const known = listed('value,valid_from,valid_until', 'bad.example,2023-11-14T23:00:00Z,2023-11-15T00:00:00Z')
  const [from, until] = [2_800 * SECOND, 6_400 * SECOND]
  const at = (us: number) => shows(known, asked('bad.example', [], us)).length
  assert.deepEqual([at(from - 1), at(from), at(until - 1), at(until)], [0, 1, 1, 0])
  assert.equal(known.outOfTime, 2)
  const folded = { ...asked('bad.example', [], until + HOUR), first: START + until - 1 } as Observation
  assert.equal(shows(known, folded).length, 1)
})

test('a value on very many lists is told a bounded number of times, the rest is counted', () => {
  const known = listed(...Array.from({ length: 100 }, () => 'bad.example'))
  assert.deepEqual([known.match(asked('bad.example')).length, known.crowded, known.size], [8, 84, 100])
})

test('an alternative that only names a port finds nothing and does not match everything', () => {
  assert.deepEqual(shows(pattern('[network-traffic:dst_port = 443]'), session()), [])
})

test('100,000 indicators cost one statement no more than a handful does', () => {
  const many = Array.from({ length: 100_000 }, (_, i) =>
    i % 2 === 0 ? `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}` : `host-${i}.example`,
  )
  const known = listed(...many)
  assert.equal(known.size, 100_000)
  const statements = Array.from({ length: 100_000 }, (_, i) =>
    i % 2 === 0 ? session(`203.0.113.${i & 127}`) : asked(`other-${i}.example`),
  )
  const before = process.hrtime.bigint()
  let found = 0
  for (const o of statements) found += known.match(o).length
  // Looked at one by one, this would be ten thousand million comparisons.
  assert.ok(Number(process.hrtime.bigint() - before) < 2e9)
  assert.equal(found, 0)
  assert.equal(known.match(asked('host-99999.example')).length, 1)
})

test('a rule that asks of an indicator speaks once for each; a rule that does not is not asked again', () => {
  const { rules, errors } = rulesOf(
    rule(
      'listed',
      'name.resolved',
      { 'indicator.source|startswith': 'list' },
      {
        level: 'low',
        adopts: { per: ['indicator.id'], title: 'indicator.name', level: 'indicator.level', attack: 'indicator.attack' },
      },
    ),
    rule('plain', 'name.resolved', { type: 'A' }),
  )
  assert.deepEqual(errors, [])
  const indicators = listed('value,name,level,attack,expires', 'bad.example,One,high,T1071,2030-01-01', 'bad.example,Two,critical,,')
  const detector = createDetector(rules, { site: 's', learningUs: 1, indicators })
  const found = detector.evaluate(asked('bad.example'), NOBODY)
  assert.deepEqual(
    found.map((f) => [f.rule, f.ruleTitle, f.level, f.attack, f.fields['indicator.source']]),
    [
      ['plain', 'plain', 'medium', [], undefined],
      ['listed', 'One', 'high', ['T1071'], 'list.csv'],
      ['listed', 'Two', 'critical', [], 'list.csv'],
    ],
  )
  assert.deepEqual(
    detector.evaluate(asked('good.example', [], SECOND), NOBODY).map((f) => f.rule),
    ['plain'],
  )
  const without = createDetector(rules, { site: 's', learningUs: 1 })
  assert.deepEqual(
    without.evaluate(asked('bad.example'), NOBODY).map((f) => f.rule),
    ['plain'],
  )
})
