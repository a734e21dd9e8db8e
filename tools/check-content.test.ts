import assert from 'node:assert/strict'
import test from 'node:test'
import { loadContent, regex } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { compileRules } from '@isthmus/detect'
import { checkContent } from './lib/content-checks.ts'
import { readScenario } from './scenario.ts'

const { techniques } = loadContent()

const GOOD = `title: Controller stopped
id: 7f2c1b1e-6d1d-5b0e-9a55-000000000001
name: stop
status: stable
description: A client told a controller to stop executing its program.
references: [https://attack.mitre.org/techniques/T0858/]
tags: [attack.t0858]
engine: operation
logsource: { product: isthmus, category: mode_changed }
detection:
  stop: { mode: stop, by: command }
  refused: { ok: false }
  condition: stop and not refused
falsepositives: [maintenance]
level: high
misses: [the key switch]
why:
  what: "{client} stopped {server} ({detail})."
  means: It no longer controls.
  check-first: [Ask the control room.]
  do-not: [Do not restart it.]
triage: ["Who was signed in at {client}?"]
procedure: call
tests:
  - { name: fires, scenario: controller-stopped/stopped, expect: [{ client: 10.1.1.9 }] }
  - { name: silent, scenario: controller-stopped/refused, expect: [] }
`

/** Problems of a corpus of one rule file, its lock up to date unless told otherwise. */
function problemsOf(yaml: string, lock?: Record<string, string>): string[] {
  const sources = parseRuleFile('stop.yaml', yaml)
  const { rules, errors } = compileRules(sources, { regex })
  const current = Object.fromEntries(rules.map((rule) => [rule.name, rule.version]))
  return checkContent({ sources, rules, errors, techniques, procedures: ['call'], lock: lock ?? current }).problems
}

test('a good rule has no problem', () => assert.deepEqual(problemsOf(GOOD), []))

const BAD: readonly (readonly [what: string, from: string, to: string, problem: RegExp])[] = [
  ['another name than the file', 'name: stop', 'name: halt', /name must be the file's, stop/],
  ['no UUID', 'id: 7f2c1b1e', 'id: 1', /id must be a UUID/],
  ['a technique that does not exist', 'attack.t0858', 'attack.t0999', /T0999 does not exist or is not current/],
  ['a technique that was revoked', 'attack.t0858', 'attack.t1002', /T1002 does not exist or is not current/],
  ['no technique', 'attack.t0858', 'attack.execution', /must name an ATT&CK technique/],
  ['no misses', 'misses: [the key switch]', 'misses: []', /misses must not be empty/],
  ['no triage', 'triage: ["Who was signed in at {client}?"]', '', /triage must not be empty/],
  ['a placeholder of another kind', '({detail})', '({tag})', /\{tag\} is no field of mode.changed/],
  ['a procedure nobody wrote', 'procedure: call', 'procedure: shout', /procedure shout is not in/],
  ['no silent test', '  - { name: silent, scenario: controller-stopped/refused, expect: [] }\n', '', /no test in which it stays silent/],
  ['no firing test', '[{ client: 10.1.1.9 }]', '[]', /no test in which it fires/],
  ['a test that expects too little', '[{ client: 10.1.1.9 }]', '[]', /did not expect stop 10.1.1.9/],
  ['a test that expects another host', '10.1.1.9', '10.1.1.8', /expected .*10.1.1.8.*found stop 10.1.1.9/],
  ['a scenario that is missing', 'controller-stopped/refused', 'nowhere/refused', /no scenario nowhere/],
  ['an unsupported construct', 'mode: stop', 'mode|expand: stop', /stop.yaml:\d+: stop: .*"expand" is not supported/],
]

test('each offence against the house rules is named', () => {
  for (const [what, from, to, problem] of BAD) {
    assert.ok(GOOD.includes(from), what)
    const problems = problemsOf(GOOD.replace(from, to))
    assert.ok(
      problems.some((line) => problem.test(line)),
      `${what}: ${problems.join(' | ')}`,
    )
  }
})

test('a hostile regular expression is linear, and what RE2 cannot do is refused by name', () => {
  const isHit = regex('^(a+)+$', '')
  const started = performance.now()
  assert.equal(isHit(`${'a'.repeat(50_000)}!`), false)
  assert.ok(performance.now() - started < 5000, 'a backtracking engine would not end in our lifetime')
  for (const pattern of ['(?=a)b', '(a)\\1']) {
    const problems = problemsOf(GOOD.replace('stop: { mode: stop, by: command }', `stop: { detail|re: '${pattern}' }`))
    assert.match(problems[0]!, /not valid RE2/)
  }
})

test('a rule that fires in a quiet scenario is named', () => {
  const loud = GOOD.replace('{ mode: stop, by: command }', '{ mode: run }').replace(
    'controller-stopped/stopped',
    'controller-mode-changed/run',
  )
  assert.ok(problemsOf(loud).some((line) => /scenario quiet-plant: must be silent/.test(line)))
})

test('a change of meaning needs the lock', () => {
  assert.match(problemsOf(GOOD, { stop: 'v-0' })[0]!, /the meaning of stop has changed/)
  assert.match(problemsOf(GOOD, {})[0]!, /not in versions.lock.json/)
})

test('scenarios refuse what no observation has', () => {
  assert.throws(() => readScenario('nowhere'), /no scenario nowhere/)
  assert.throws(() => readScenario('controller-stopped/never'), /no episode never/)
  const { events, learningUs } = readScenario('port-scan/ports', { n: 3 })
  assert.equal(learningUs, 3600e6)
  assert.deepEqual(
    events.map(({ observation }) => observation.server.port),
    [0, 1, 2],
  )
  assert.equal(events[0]?.ends.server?.names[0], 'ENG-04')
})
