import assert from 'node:assert/strict'
import test from 'node:test'
import type { SuppressionPreview } from '../api/types.ts'
import { hiddenText, NO_SCOPE, previewText, scopeOf, scopeText, standingText, untilOf } from './suppressions.view.ts'

test('a scope is what was typed, and reads as a sentence', () => {
  assert.equal(scopeOf(NO_SCOPE), undefined)
  assert.deepEqual(scopeOf({ ...NO_SCOPE, rule: ' port-scan ', client: '10.1.1.0/24' }), { rule: 'port-scan', client: '10.1.1.0/24' })
  assert.equal(
    scopeText({ rule: 'port-scan', client: '10.1.1.0/24', level: 'medium' }, () => 'Port scan'),
    'Port scan, up to medium, from 10.1.1.0/24',
  )
  assert.equal(scopeText({ server: '10.1.2.20' }, String), 'To 10.1.2.20')
})

test('what is hidden is said by count; a suppression that acts nowhere and is over is not', () => {
  assert.equal(hiddenText([]), undefined)
  assert.equal(hiddenText([{ hits: 0, state: 'expired' }]), undefined)
  assert.equal(hiddenText([{ hits: 12, state: 'in-force' }]), '12 findings hidden by 1 suppression')
  assert.equal(
    hiddenText([
      { hits: 12, state: 'ended' },
      { hits: 1, state: 'in-force' },
      { hits: 0, state: 'planned' },
    ]),
    '13 findings hidden by 2 suppressions',
  )
})

const preview = (more: Partial<SuppressionPreview>): SuppressionPreview => ({
  findings: 340,
  since: null,
  isWhole: true,
  hidden: 12,
  alerts: [],
  incidents: [],
  ...more,
})
const from80 = { id: 'a', title: 'A', before: { level: 'high', score: 80, findings: 3 } } as const

test('a preview is a sentence, and each alert says from what to what', () => {
  assert.equal(previewText(preview({ hidden: 0 })), 'None of 340 findings would have been hidden.')
  assert.equal(previewText(preview({})), '12 of 340 findings would have been hidden. No alert would have changed.')
  const gone = { ...from80, after: null }
  const less = { ...from80, after: { level: 'medium', score: 45, findings: 1 } } as const
  assert.equal(
    previewText(preview({ alerts: [gone, less], incidents: [gone], isWhole: false })),
    '12 of the latest 340 findings would have been hidden. 1 alert would never have been raised, 1 alert would have had fewer findings, 1 incident would never have been raised.',
  )
  assert.deepEqual(
    [gone, less, { ...from80, after: { ...from80.before, score: 45 } }, { ...from80, after: { ...from80.before, findings: 1 } }].map(
      standingText,
    ),
    ['high, score 80: never raised', 'high, score 80 to medium, score 45', 'score 80 to 45', '2 findings fewer, same score'],
  )
})

test('an end is days from its beginning, or a time', () => {
  assert.equal(untilOf('7', '', Date.UTC(2026, 2, 1)), '2026-03-08T00:00:00.000Z')
  assert.throws(() => untilOf('time', '', 0), /until when/)
})
