/** Every rule's alert, from each story in which the rule speaks, is raised again by its evidence. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { loadContent } from '@isthmus/content'
import { readRuleSources } from '@isthmus/content/sources'
import { type Told, toldAgain } from './lib/told-again.ts'
import type { Params } from './scenario.ts'

type Document = {
  readonly name?: string
  readonly tests?: readonly { readonly scenario: string; readonly with?: Params; readonly expect?: readonly unknown[] }[]
}

const OWN = `title: Station 9 was stopped
name: own-rule
level: medium
logsource: { product: isthmus, category: mode_changed }
detection: { stop: { mode: stop }, condition: stop }
`

const known = new Map<string, Promise<Told[]>>()
function told(scenario: string, params: Params, own?: string): Promise<Told[]> {
  const key = JSON.stringify([scenario, params, own])
  const found = known.get(key) ?? toldAgain(scenario, params, own)
  known.set(key, found)
  return found
}

async function raisedAgain(rule: string, scenario: string, params: Params, own?: string): Promise<void> {
  const alerts = (await told(scenario, params, own)).filter(({ rules }) => rules.includes(rule))
  assert.ok(alerts.length > 0, `no alert of ${rule} in ${scenario}`)
  for (const { rules, differences } of alerts) assert.deepEqual(differences, [], `${rules.join(', ')} in ${scenario}`)
}

// What is being written and not yet part of the content has no alerts.
const raising = new Set(loadContent().rules.map((rule) => rule.name))

describe('the evidence of an alert of', () => {
  for (const { document } of readRuleSources()) {
    const { name, tests = [] } = document as Document
    const firing = tests.filter(({ expect = [] }) => expect.length > 0)
    if (name === undefined || !raising.has(name) || firing.length === 0) continue
    test(name, async () => {
      for (const { scenario, with: params = {} } of firing) await raisedAgain(name, scenario, params)
    })
  }
  test('a rule of the site’s own', () => raisedAgain('own-rule', 'controller-stopped/stopped', {}, OWN))
})

test('evidence is less than the story: what was learnt, and what did not come, is not in its packets', async () => {
  const [backup] = (await told('backup-overdue/stops', { n: 5 })).filter(({ rules }) => rules.includes('backup-overdue'))
  assert.deepEqual([backup?.packets, backup?.differences], [1, []])
})
