/** Rules that speak for another product: what its alert says of itself is what the finding says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { end, MINUTE, many, rule, rulesOf, run, SECOND, see } from './testing.ts'

const ADOPTS = { per: ['product', 'rule'], title: 'title', level: 'level', attack: 'attack' }
const RULE = rule('other', 'alert.received', { product: 'X' }, { level: 'low', tags: ['attack.t0800'], adopts: ADOPTS })
const alert = (name: string, at: number, more: object = {}) =>
  see('alert.received', at, { product: 'X', rule: name, title: `t ${name}`, level: 'high', attack: ['T1210'], ...more })

test('title, level and techniques are those of the alert; each of its rules is a finding of its own', () => {
  const found = run([RULE], [alert('a', 0), alert('b', SECOND), alert('a', 2 * SECOND)])
  assert.deepEqual(
    new Map(found.map((f) => [f.id, [f.ruleTitle, f.level, f.attack, f.count]])),
    new Map([
      [found[0]!.id, ['t a', 'high', ['T1210'], 2]],
      [found[1]!.id, ['t b', 'high', ['T1210'], 1]],
    ]),
  )
})

test("what the alert leaves empty is the rule's own", () => {
  const [found] = run([RULE], [alert('a', 0, { title: '', level: 'apocalyptic', attack: [] })])
  assert.deepEqual([found?.ruleTitle, found?.level, found?.attack], ['other', 'low', ['T0800']])
})

test('a noisy signature is collapsed for itself; another one is still heard', () => {
  const noise = many(3000, (i) => alert('noise', i * 1000, { client: end(`10.${i % 200}.${i % 251}.1`) }))
  const found = run([RULE], [...noise, alert('rare', MINUTE)])
  const ids = (title: string) => new Set(found.filter((f) => f.ruleTitle === title).map((f) => f.id)).size
  assert.deepEqual([ids('t noise') <= 110, ids('t rare')], [true, 1])
})

test('what is about no packet of ours has no evidence', () => {
  const nowhere = { evidence: { capture: '', packets: [0, 0], bytes: [0, 0] } }
  assert.deepEqual(run([RULE], [alert('a', 0, nowhere)])[0]?.evidence, [])
})

test('a field that does not exist is refused by name', () => {
  for (const [key, adopts] of [
    ['level', { ...ADOPTS, level: 'weight' }],
    ['per', { ...ADOPTS, per: [] }],
    ['more', { ...ADOPTS, more: 1 }],
  ] as const) {
    const { errors } = rulesOf({ ...RULE, adopts })
    assert.equal(errors[0]?.path, `adopts.${key}`)
  }
})
