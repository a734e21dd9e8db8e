/** The house rules of detections, as functions from content to problems: one line a problem, naming file and key. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import {
  createDetector,
  createIndicators,
  HABIT_FIELDS,
  isField,
  KINDS,
  MEMORY_FIELDS,
  placeholdersOf,
  type Rule,
  type RuleError,
  type RuleSource,
  readIndicators,
  SAID,
  VOLUME_FIELDS,
} from '@isthmus/detect'
import type { Finding, ObservationKind, Technique } from '@isthmus/model'
import { type Params, readScenario, SCENARIOS, type Scenario } from '../scenario.ts'

export type Lock = Readonly<Record<string, string>>

export type Checks = {
  readonly sources: readonly RuleSource[]
  readonly rules: readonly Rule[]
  readonly errors: readonly RuleError[]
  readonly techniques: Readonly<Record<string, Technique>>
  readonly procedures: readonly string[]
  readonly lock: Lock
}

type Doc = Readonly<Record<string, unknown>>
type Test = { readonly name?: string; readonly scenario?: string; readonly with?: Params; readonly expect?: readonly Doc[] }

/** `told`: which rule of which engine spoke over which story of a test, sorted, a line each. */
export function checkContent(checks: Checks): { problems: string[]; tests: number; quiet: number; told: readonly string[] } {
  const problems = checks.errors.map((e) => `${e.file}${e.line === undefined ? '' : `:${e.line}`}: ${e.rule}: ${e.path}: ${e.reason}`)
  const byName = new Map(checks.rules.map((rule) => [rule.name, rule]))
  const leads = checks.sources.filter((source, i) => checks.sources[i - 1]?.file !== source.file)
  for (const source of leads) problems.push(...checkRule(source, byName, checks))
  problems.push(...checkLock(checks.rules, checks.lock))
  let tests = 0
  const told = new Set<string>()
  for (const { file, document } of leads) {
    const doc = document as Doc
    const rule = byName.get(String(doc.name))
    if (rule === undefined || !Array.isArray(doc.tests)) continue
    for (const test of doc.tests as readonly Test[]) {
      tests++
      problems.push(...runTest(test, rule, checks.rules, told).map((problem) => `${file}: test "${test.name}": ${problem}`))
    }
  }
  const quiet = readdirSync(SCENARIOS).filter((name) => name.startsWith('quiet-'))
  for (const scenario of quiet) problems.push(...runQuiet(scenario, checks.rules))
  return { problems, tests, quiet: quiet.length, told: [...told].sort() }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const STATUSES: ReadonlySet<unknown> = new Set(['stable', 'test', 'experimental', 'deprecated'])
const MEASURES: Readonly<Record<string, string>> = { value_count: 'distinct', value_sum: 'total', value_avg: 'total' }

function checkRule({ file, document }: RuleSource, byName: ReadonlyMap<string, Rule>, { techniques, procedures }: Checks): string[] {
  const doc = document as Doc
  const problems: string[] = []
  const demand = (holds: boolean, what: string) => {
    if (!holds) problems.push(`${file}: ${what}`)
  }
  const name = basename(file, '.yaml')
  demand(doc.name === name, `name must be the file's, ${name}`)
  demand(UUID.test(String(doc.id)), 'id must be a UUID')
  demand(STATUSES.has(doc.status), `status is one of ${[...STATUSES].join(', ')}`)
  demand(typeof doc.description === 'string' && doc.description.length > 20, 'description must say why the rule exists')
  demand(typeof doc.level === 'string', 'level must be set')
  demand(typeof doc.engine === 'string', 'engine must be set')
  for (const key of ['references', 'falsepositives', 'misses', 'triage', ...(doc.adopts === undefined ? ['tags'] : [])])
    demand(Array.isArray(doc[key]) && doc[key].length > 0, `${key} must not be empty`)
  demand(
    typeof doc.procedure === 'string' && procedures.includes(doc.procedure),
    `procedure ${String(doc.procedure)} is not in content/procedures`,
  )
  const rule = byName.get(name)
  if (rule === undefined) return problems
  const { wording } = rule
  demand(wording.means !== '' && wording.checkFirst.length > 0 && wording.doNot.length > 0, 'why needs what, means, check-first and do-not')
  // A rule that speaks for others takes their techniques.
  demand(rule.attack.length > 0 || rule.adopts !== undefined, 'tags must name an ATT&CK technique')
  for (const id of rule.attack) demand(techniques[id] !== undefined, `the technique ${id} does not exist or is not current`)
  const kinds = kindsOf(rule, byName)
  const measure = MEASURES[rule.correlation?.type ?? '']
  const own: readonly string[] = [
    ...(rule.memory === undefined ? [] : MEMORY_FIELDS),
    ...(rule.outOfHabit === undefined ? [] : HABIT_FIELDS),
    ...(rule.aboveUsual === undefined ? [] : VOLUME_FIELDS),
  ]
  for (const placeholder of placeholdersOf(wording)) {
    demand(
      SAID.has(placeholder) || placeholder === measure || own.includes(placeholder) || isField(placeholder, kinds),
      `{${placeholder}} is no field of ${kinds.join(', ')}`,
    )
  }
  problems.push(...checkTests(file, doc.tests))
  return problems
}

function checkTests(file: string, tests: unknown): string[] {
  if (!Array.isArray(tests)) return [`${file}: tests are missing`]
  const fires = (tests as Test[]).filter((test) => (test.expect ?? []).length > 0).length
  const problems: string[] = []
  if (fires === 0) problems.push(`${file}: no test in which it fires`)
  if (fires === tests.length) problems.push(`${file}: no test in which it stays silent`)
  return problems
}

function kindsOf(rule: Rule, byName: ReadonlyMap<string, Rule>): readonly ObservationKind[] {
  if (rule.correlation === undefined) return rule.kinds
  const kinds = rule.correlation.rules.flatMap((name) => kindsOf(byName.get(name)!, byName))
  return KINDS.filter((kind) => kinds.includes(kind))
}

/** A change of meaning must be meant: it shows in the lock file's difference. */
function checkLock(rules: readonly Rule[], lock: Lock): string[] {
  const problems: string[] = []
  for (const { name, version, file } of rules) {
    if (lock[name] === undefined) problems.push(`${file}: ${name} is not in versions.lock.json: node tools/check-content.ts --update`)
    else if (lock[name] !== version)
      problems.push(`${file}: the meaning of ${name} has changed; if that is meant: node tools/check-content.ts --update`)
  }
  const names = new Set(rules.map((rule) => rule.name))
  for (const name of Object.keys(lock))
    if (!names.has(name)) problems.push(`versions.lock.json: ${name} is no rule any more: node tools/check-content.ts --update`)
  return problems
}

const read = new Map<string, Scenario>()

/** Every rule runs over every quiet scenario: each is read once. */
function remembered(name: string, params: Params): Scenario {
  const key = JSON.stringify([name, params])
  const scenario = read.get(key) ?? readScenario(name, params)
  read.set(key, scenario)
  return scenario
}

/** Findings of all rules over a scenario, each in its last state. */
export function findingsOf(scenario: string, params: Params, rules: readonly Rule[]): Finding[] {
  const { learningUs, indicators, events } = remembered(scenario, params)
  const known = createIndicators(readIndicators('scenario', indicators).indicators)
  const detector = createDetector(rules, { site: 'scenario', learningUs, indicators: known })
  const found = new Map<string, Finding>()
  for (const { observation, ends } of events) for (const finding of detector.evaluate(observation, ends)) found.set(finding.id, finding)
  for (const finding of detector.finish()) found.set(finding.id, finding)
  for (const [rule, reason] of detector.failures) throw new Error(`${rule} failed: ${reason}`)
  return [...found.values()]
}

/** One line of `engines.txt`. */
export function toldLine({ engine, rule }: Finding, scenario: string, params: Params): string {
  return [engine, rule, scenario, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')
}

function runTest(test: Test, rule: Rule, rules: readonly Rule[], told: Set<string>): string[] {
  if (typeof test.name !== 'string' || typeof test.scenario !== 'string' || !Array.isArray(test.expect))
    return ['name, scenario and expect are needed']
  let found: Finding[]
  try {
    const all = findingsOf(test.scenario, test.with ?? {}, rules)
    for (const finding of all) told.add(toldLine(finding, test.scenario, test.with ?? {}))
    found = all.filter((finding) => finding.rule === rule.name)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  const left = [...found]
  const problems: string[] = []
  for (const wanted of test.expect) {
    const at = left.findIndex((finding) => differences(finding, wanted).length === 0)
    if (at >= 0) left.splice(at, 1)
    else problems.push(`expected ${JSON.stringify(wanted)}, found ${found.map(show).join(' ') || 'nothing'}`)
  }
  return [...problems, ...left.map((finding) => `did not expect ${show(finding)}`)]
}

function differences(finding: Finding, wanted: Doc): string[] {
  const { fields = {}, ...rest } = wanted as { fields?: Doc }
  const seen: Doc = { client: finding.client.ip, server: finding.server.ip, count: finding.count, user: finding.user }
  return [
    ...Object.entries(rest).filter(([key, value]) => seen[key] !== value),
    ...Object.entries(fields).filter(([key, value]) => finding.fields[key] !== value),
  ].map(([key]) => key)
}

function show({ rule, client, server, count, fields }: Finding): string {
  return `${rule} ${client.ip ?? '-'} > ${server.ip ?? '-'} (${count}) ${JSON.stringify(fields)}`
}

function runQuiet(scenario: string, rules: readonly Rule[]): string[] {
  return findingsOf(scenario, {}, rules).map((finding) => `scenario ${scenario}: must be silent, but ${show(finding)}`)
}
