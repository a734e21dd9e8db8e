import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPattern } from './stix-pattern.ts'

/** Alternatives as `type value` joined by ` & `. */
const read = (pattern: string) => {
  const { alternatives, reasons } = readPattern(pattern)
  return [alternatives.map((terms) => terms.map((t) => `${t.end ?? ''}${t.type} ${t.value}`).join(' & ')), reasons]
}

test('equality of each kind of value', () => {
  const sha256 = 'ab'.repeat(32)
  const cases: [string, string][] = [
    ["[ipv4-addr:value = '198.51.100.7']", 'ip 198.51.100.7'],
    ["[ipv4-addr:value='198.51.100.7/32']", 'ip 198.51.100.7'],
    ["[ipv4-addr:value ISSUBSET '198.51.100.7/24']", 'network 198.51.100.0/24'],
    ["[ipv6-addr:value = '2001:0DB8::0001']", 'ip 2001:db8::1'],
    ["[domain-name:value = 'Bad.Example.']", 'domain bad.example'],
    ["[domain-name:value = 'bücher.example']", 'domain xn--bcher-kva.example'],
    ["[url:value = 'HTTP://Bad.example:80/a?b=1#c']", 'url bad.example/a?b=1'],
    [`[file:hashes.'SHA-256' = '${sha256.toUpperCase()}']`, `hash ${sha256}`],
    ["[x-ja4:value = 't13d1516h2_8daaf6152771_b186095e22b6']", 'ja4 t13d1516h2_8daaf6152771_b186095e22b6'],
    ["[network-traffic:extensions.'x-tls'.ja4 = 'T13D1516H2_8daaf6152771_b186095e22b6']", 'ja4 t13d1516h2_8daaf6152771_b186095e22b6'],
    ["[network-traffic:dst_ref.value = '198.51.100.7']", 'serverip 198.51.100.7'],
  ]
  for (const [pattern, expected] of cases) assert.deepEqual(read(pattern), [[expected], []], pattern)
})

test('lists, and AND before OR, within one observation and between', () => {
  assert.deepEqual(read("[domain-name:value IN ('a.example', 'b.example')]"), [['domain a.example', 'domain b.example'], []])
  assert.deepEqual(read("[domain-name:value = 'a.example' OR ipv4-addr:value = '9.9.9.9' AND network-traffic:dst_port = 443]"), [
    ['domain a.example', 'ip 9.9.9.9 & port 443'],
    [],
  ])
  assert.deepEqual(read("[(domain-name:value = 'a.example' OR domain-name:value = 'b.example') AND ipv4-addr:value = '9.9.9.9']")[0], [
    'domain a.example & ip 9.9.9.9',
    'domain b.example & ip 9.9.9.9',
  ])
  assert.deepEqual(read("([domain-name:value = 'a.example'] OR [url:value = 'http://b.example/'])"), [
    ['domain a.example', 'url b.example/'],
    [],
  ])
  assert.deepEqual(read("[domain-name:value = 'it\\'s.example']")[1], ['not a domain name'])
})

test('what cannot be evaluated says why; of an OR the rest works on, an AND falls', () => {
  const cases: [string, string[], string | RegExp][] = [
    ["[process:name = 'x']", [], /process:name is not seen on the wire/],
    ["[domain-name:value = 'a.example' OR process:name = 'x']", ['domain a.example'], /process:name/],
    ["[domain-name:value = 'a.example' AND process:name = 'x']", [], /process:name/],
    ["[domain-name:value != 'a.example']", [], 'a negation'],
    ["[domain-name:value NOT IN ('a.example')]", [], 'a negation'],
    ["[domain-name:value LIKE 'a%']", [], 'the operator LIKE'],
    ["[domain-name:value MATCHES 'a.*']", [], 'the operator MATCHES'],
    ['[network-traffic:dst_port > 5]', [], 'the operator >'],
    ['[EXISTS domain-name:value]', [], 'EXISTS'],
    ["[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']", [], 'AND joins several observations'],
    ["[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']", [], 'FOLLOWEDBY joins several observations'],
    ["[domain-name:value = 'a.example'] WITHIN 5 SECONDS", [], 'the qualifier WITHIN'],
    ["[domain-name:value = 'a.example'] REPEATS 5 TIMES", [], 'the qualifier REPEATS'],
    ["[domain-name:value = 'a.example'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", [], 'the qualifier START'],
    [`[file:hashes.'SHA-512' = '${'ab'.repeat(64)}']`, [], 'SHA-512: files on the wire are hashed with MD5, SHA-1 and SHA-256 only'],
    ["[ipv4-addr:value = '0.0.0.0']", [], 'not the address of one host'],
    ["[ipv4-addr:value = '10.0.0.0/7']", [], 'a network wider than /8'],
    ["[ipv4-addr:value = '1.2.3']", [], 'not an address'],
    ["[domain-name:value = '*.example']", [], 'a name with a wildcard'],
    ["[url:value = 'ftp://a.example/']", [], 'not an http or https URL'],
    ["[domain-name:value = 'a.example'", [], /expected \] at the end/],
    ["[domain-name:value 'a.example']", [], /expected an operator at character 20/],
    ["[domain-name:value = 'a.example]", [], /not a pattern: "'a.example\]" at character 22/],
    ["[domain-name:value = 'a.example']]", [], /not a pattern: "]" at character 34/],
    ['', [], /expected \[ at the end/],
  ]
  for (const [pattern, alternatives, reason] of cases) {
    const [found, reasons] = read(pattern) as [string[], string[]]
    assert.deepEqual(found, alternatives, pattern)
    assert.equal(reasons.length, 1, pattern)
    if (typeof reason === 'string') assert.equal(reasons[0], reason)
    else assert.match(reasons[0]!, reason)
  }
})

test('hostile patterns are bounded, in time too', () => {
  const before = process.hrtime.bigint()
  const one = "domain-name:value = 'a.example'"
  assert.match(readPattern('['.repeat(50_000)).reasons[0]!, /expected a path/)
  assert.match(readPattern(`[${'('.repeat(50_000)}`).reasons[0]!, /parentheses deeper than 32/)
  assert.match(readPattern(`${'('.repeat(50_000)}`).reasons[0]!, /parentheses deeper than 32/)
  assert.match(readPattern('x'.repeat(200_000)).reasons[0]!, /longer than/)
  assert.match(readPattern(`[${Array(9).fill(one).join(' AND ')}]`).reasons[0]!, /more than 8 terms/)
  const many = `(${Array.from({ length: 200 }, (_, i) => `domain-name:value = 'a${i}.example'`).join(' OR ')})`
  assert.match(readPattern(`[${many} AND ${many} AND ${many}]`).reasons[0]!, /more than 10000 alternatives/)
  const list = Array.from({ length: 6000 }, (_, i) => `'a${i}.example'`).join(',')
  assert.equal(readPattern(`[domain-name:value IN (${list})]`).alternatives.length, 6000)
  readPattern(`[domain-name:value = '${"\\'".repeat(60_000)}`)
  assert.ok(Number(process.hrtime.bigint() - before) < 3e9)
})
