/** Rule files that were made to harm: each is refused with a reason, in bounded time, and the good rule beside them works on. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { regex } from '@isthmus/content'
import { parseRuleFile, readRuleSources } from '@isthmus/content/sources'
import { compileRules } from '@isthmus/detect'

const GOOD = `title: Good
name: good
logsource: { product: isthmus, category: mode_changed }
detection: { s: { mode: stop }, condition: s }
`
/** Nobody waits longer for the worst file of the largest size. */
const MOST_MS = 15_000

const bomb = (): string => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    )
  return lines.join('\n')
}

const HOSTILE: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  ['ten megabytes', `title: x\ndescription: ${'x'.repeat(10e6)}`, /at most 1048576/],
  ['brackets within one another', '['.repeat(100_000), /brackets within one another/],
  ['dashes within one another', `${'- '.repeat(50_000)}x`, /nested too deeply/],
  ['an alias bomb', bomb(), /Excessive alias count/],
  ['anchors without end', '&a '.repeat(100_000), /anchor/],
  ['colons without end', ': '.repeat(300_000), /Nested mappings/],
  ['a key twice', `${GOOD}title: Other\n`, /"title" is written twice/],
  ['thousands of documents', '---\na: 1\n'.repeat(5000), /5000 documents/],
  ['no YAML', 'title: "open\n', /Missing closing/],
  ['bytes', '\u0000\u0001\u0002', /a rule is a map/],
]

test('a hostile file is refused with its line, and the good one works on', () => {
  for (const [what, text, reason] of HOSTILE) {
    const started = performance.now()
    const sources = [...parseRuleFile('bad.yaml', text), ...parseRuleFile('good.yaml', GOOD)]
    const { rules, errors } = compileRules(sources, { regex })
    assert.ok(performance.now() - started < MOST_MS, `${what} took too long`)
    assert.deepEqual(
      rules.map(({ name }) => name),
      ['good'],
      what,
    )
    assert.match(errors[0]?.reason ?? '', reason, what)
    assert.equal(errors[0]?.file, 'bad.yaml')
    assert.equal(typeof errors[0]?.line, 'number', what)
  }
})

test('the line of a repeated key and of a syntax error is its own', () => {
  const line = (text: string) => compileRules(parseRuleFile('x', text), { regex }).errors[0]?.line
  assert.equal(line(`${GOOD}title: Other\n`), 5)
  assert.equal(line('title: x\nname: y\nlevel: [a\n'), 4)
})

const folder = mkdtempSync(join(tmpdir(), 'isthmus-rules-'))
after(() => rmSync(folder, { recursive: true }))

test('one file or a folder of them is read; what cannot be is named', () => {
  writeFileSync(join(folder, 'good.yaml'), GOOD)
  writeFileSync(join(folder, 'large.yml'), 'x'.repeat((1 << 20) + 1))
  writeFileSync(join(folder, 'notes.txt'), 'no rule')
  assert.deepEqual(
    readRuleSources(folder).map(({ file, document }) => [file, document instanceof Error]),
    [
      ['good.yaml', false],
      ['large.yml', true],
    ],
  )
  assert.equal(readRuleSources(join(folder, 'good.yaml'))[0]?.file, 'good.yaml')
  assert.throws(() => readRuleSources(join(folder, 'nothing.yaml')), /ENOENT/)
})

test('a pattern that compiles to a huge program is refused; one that other engines choke on is linear', () => {
  assert.throws(() => regex('(((a{1,10}){1,10}){1,10})', ''), /at most 2000/)
  assert.throws(() => regex('a{1001}', ''), /repeat/)
  assert.throws(() => regex('(?=x)', ''), /parsing/)
  const test = regex('^(x+x+)+y$', '')
  const started = performance.now()
  assert.equal(test('x'.repeat(10_000)), false)
  assert.ok(performance.now() - started < 5000)
})
