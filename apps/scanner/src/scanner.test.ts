import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EICAR_RULE, eicar } from './eicar.ts'
import { spansOf, without } from './rule-source.ts'
import { checkRules, openScanner } from './scanner.ts'
import { selfTest } from './self-test.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('where rules begin and end: comments, quotes and regular expressions hide none', () => {
  const text =
    'import "pe"\n/*\nrule no { condition: true }\n*/\nprivate rule a\n{\n  strings: $s = "\\"rule x" $r = /rule y\\//\n  condition: $s }\nrule b { condition: a } // rule c\n'
  assert.deepEqual(spansOf(text), [
    { name: 'a', first: 5, last: 8 },
    { name: 'b', first: 9, last: 10 },
  ])
  assert.equal(without(text, { name: 'a', first: 5, last: 8 }).split('\n').length, text.split('\n').length)
})

test('a large or hostile text takes time in proportion to its size', () => {
  const many = 200_000
  for (const [text, rules] of [
    ['rule a {}\n'.repeat(many), many],
    ['global\n'.repeat(many), 0],
    [`${'global\n'.repeat(many)}rule a {}`, 1],
    [`"${'\\"'.repeat(many)}`, 0],
    [`"${'\\"'.repeat(10)}\nrule a {}`, 1],
  ] as const) {
    const startedAt = performance.now()
    assert.equal(spansOf(text).length, rules)
    assert.ok(performance.now() - startedAt < 3000, text.slice(0, 20))
  }
})

test('rules with errors are named with file and line, and those that need them; the others find', async () => {
  const first =
    'rule bad {\n condition: $b }\nrule good { strings: $a = "hello" condition: $a }\nrule syntax {\n strings\n condition: true }\nrule needs { condition: bad }\n'
  const second = 'import "pe"\ninclude "/etc/passwd"\nrule good { condition: pe.is_pe or filesize == 5 }\n'
  const scanner = openScanner([
    { file: 'first.yar', text: first },
    { file: 'second.yar', text: second },
    { file: 'prose.txt', text: 'these are no rules' },
  ])
  try {
    assert.equal(scanner.count, 2)
    assert.deepEqual(scanner.problems.map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort(), [
      'first.yar:2 bad',
      'first.yar:6 syntax',
      'first.yar:7 needs',
      'prose.txt:1 undefined',
      'second.yar:2 undefined',
    ])
    assert.deepEqual(scanner.scanFile(bytes('hello')), { kind: 'scanned', matches: ['good'], failed: '' })
    assert.deepEqual(scanner.scanFile(bytes('other words')).matches, [])
  } finally {
    await scanner.close()
  }
})

test('what keeps the engine busy is ended, the next file is looked into, and in the end it is given up and says so', async () => {
  const slow = 'rule slow { strings: $a = /a.{0,2000}b/ condition: $a }\nrule quick { strings: $a = "found" condition: $a }'
  const scanner = openScanner([{ file: 'slow.yar', text: slow }], { timeoutMs: 1000, timeoutMsPerMiB: 0, maxFailures: 3 })
  try {
    const hostile = new Uint8Array(4 << 20).fill(97)
    for (let i = 0; i < 3; i++) {
      assert.match(scanner.scanFile(hostile).failed, /took longer than 1000 ms/)
      if (i === 0) assert.deepEqual(scanner.scanFile(bytes('found')).matches, ['quick'])
    }
    assert.match(scanner.givenUp(), /given up after 3 files/)
    assert.match(scanner.scanFile(bytes('found')).failed, /given up/)
  } finally {
    await scanner.close()
  }
})

test('the time that one opening may lose is bounded as well', async () => {
  const slow = 'rule slow { strings: $a = /a.{0,2000}b/ condition: $a }'
  const scanner = openScanner([{ file: 'slow.yar', text: slow }], { timeoutMs: 300, timeoutMsPerMiB: 0, maxLostMs: 250 })
  try {
    assert.match(scanner.scanFile(new Uint8Array(4 << 20).fill(97)).failed, /took longer/)
    assert.match(scanner.givenUp(), /given up after 1 files/)
  } finally {
    await scanner.close()
  }
})

test('rules are checked without blocking, those that take too long to compile as well', async () => {
  assert.deepEqual(await checkRules([{ file: 'e.yar', text: EICAR_RULE }]), { count: 1, problems: [] })
  const { count, problems } = await checkRules([{ file: 'e.yar', text: EICAR_RULE }], 1)
  assert.deepEqual([count, problems[0]?.reason], [0, 'the rules take too long to compile'])
})

test('the test file is what its authors publish, and the self-test finds it', async () => {
  assert.equal(eicar().length, 68)
  const result = await selfTest()
  assert.equal(result.says, 'eicar.com: EICAR_test_file')
  assert.ok(result.ok)
})
