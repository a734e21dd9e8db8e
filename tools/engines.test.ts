/** Engines, each alone and each switched off, over all stories in which a rule speaks: `scenarios/detections/engines.txt` says which. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { regex } from '@isthmus/content'
import { parseRuleFile, readRuleSources } from '@isthmus/content/sources'
import { catalogueOf, compileRules, compileWithSettings, ENGINES, type Engine, type Rule, type RuleSource } from '@isthmus/detect'
import { findingsOf, toldLine } from './lib/content-checks.ts'
import { type Params, SCENARIOS } from './scenario.ts'

const golden = readFileSync(join(SCENARIOS, 'engines.txt'), 'utf8').trimEnd().split('\n')

/** A story is told once, with the numbers of the first test that names it. */
const stories = new Map<string, Params>()
for (const line of golden) {
  const [, , scenario, ...params] = line.split(' ') as [string, string, string, ...string[]]
  if (!stories.has(scenario)) stories.set(scenario, Object.fromEntries(params.map((param) => param.split('=') as [string, string])))
}
const toldOf = (scenario: string, params: Params) => new Set(golden.filter((line) => line.endsWith(told(scenario, params))))
const told = (scenario: string, params: Params) =>
  [` ${scenario}`, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')

/** A rule as a user writes it: what names no engine is `custom`. */
const OWN = `title: Station 9 was stopped
name: own-rule
logsource: { product: isthmus, category: mode_changed }
detection: { stop: { mode: stop }, condition: stop }
`
const content = readRuleSources()
const sources: readonly RuleSource[] = [...content, ...parseRuleFile('own.yaml', OWN)]
const { rules, errors } = compileRules(sources, { regex })
assert.deepEqual(errors, [])
const catalogue = catalogueOf(sources, rules)

function withEngines(isOn: (engine: Engine) => boolean): readonly Rule[] {
  const engines = Object.fromEntries([...ENGINES].map((engine) => [engine, isOn(engine as Engine)]))
  return compileWithSettings(sources, { engines, rules: {} }, catalogue, { regex }).rules
}

const isOwn = (line: string) => line.startsWith('custom own-rule ')

for (const engine of ENGINES as ReadonlySet<Engine>) {
  test(`${engine}: alone it says what it always says, and switched off nothing of it remains`, () => {
    const alone = withEngines((other) => other === engine)
    const without = withEngines((other) => other !== engine)
    let spoke = 0
    for (const [scenario, params] of stories) {
      const wanted = toldOf(scenario, params)
      const lines = (set: readonly Rule[]) => [
        ...new Set(findingsOf(scenario, params, set).map((finding) => toldLine(finding, scenario, params))),
      ]
      const own = lines(alone)
      const rest = lines(without)
      spoke += own.length
      const [ofIt, ofOthers] = [own.filter((line) => !isOwn(line)), rest.filter((line) => !isOwn(line))]
      assert.deepEqual(
        ofIt.sort(),
        [...wanted].filter((line) => line.startsWith(`${engine} `)),
        scenario,
      )
      assert.deepEqual(
        ofOthers.sort(),
        [...wanted].filter((line) => !line.startsWith(`${engine} `)),
        scenario,
      )
      assert.ok(engine !== 'custom' || !rest.some(isOwn), scenario)
    }
    assert.ok(spoke > 0, `no story in which ${engine} speaks`)
  })
}
