/**
 * Checks the whole content: every rule compiles, keeps to the house rules, fires and stays silent where its tests say
 * so, and is silent over every quiet scenario. `--update` rewrites what is derived: the version lock after a change of
 * meaning, the form in which applications load the rules, which rules of each engine speak over the scenarios, and the
 * catalogue in docs/rules.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { regex } from '@isthmus/content'
import { readRuleSources } from '@isthmus/content/sources'
import { compileRules } from '@isthmus/detect'
import { parse } from 'yaml'
import { type Checks, checkContent, type Lock } from './lib/content-checks.ts'
import { updateCatalogue } from './rule-catalogue.ts'
import { SCENARIOS } from './scenario.ts'

const CONTENT = join(import.meta.dirname, '../content')
const LOCK = join(CONTENT, 'detections/versions.lock.json')
const LOADED = join(CONTENT, 'detections/detections.jsonl')
const TOLD = join(SCENARIOS, 'engines.txt')

const sources = readRuleSources()
const { rules, errors } = compileRules(sources, { regex })
const techniques = (JSON.parse(readFileSync(join(CONTENT, 'attack/techniques.json'), 'utf8')) as { techniques: Checks['techniques'] })
  .techniques
const procedures = Object.keys(parse(readFileSync(join(CONTENT, 'procedures/procedures.yaml'), 'utf8')) as object)

const loaded = sources.map(({ file, document }) => `${JSON.stringify({ file, document })}\n`).join('')
if (process.argv.includes('--update')) {
  const lock = Object.fromEntries(rules.map((rule) => [rule.name, rule.version]).sort(([a], [b]) => (a! < b! ? -1 : 1)))
  writeFileSync(LOADED, loaded)
  writeFileSync(LOCK, `${JSON.stringify(lock, undefined, 2)}\n`)
  updateCatalogue()
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as Lock
const { problems, tests, quiet, told } = checkContent({ sources, rules, errors, techniques, procedures, lock })
const golden = `${told.join('\n')}\n`
if (process.argv.includes('--update')) writeFileSync(TOLD, golden)
else if (readFileSync(TOLD, 'utf8') !== golden)
  problems.push('engines.txt is not which rules of each engine speak over the scenarios: node tools/check-content.ts --update')
if (readFileSync(LOADED, 'utf8') !== loaded)
  problems.push('detections.jsonl is not what the YAML files say: node tools/check-content.ts --update')
for (const problem of problems) console.error(problem)
const own = rules.filter((rule) => rule.generates).length
console.log(
  `content: ${own} rules (${rules.length - own} that feed them), ${tests} tests, silent over ${quiet} quiet scenarios: ${problems.length === 0 ? 'good' : `${problems.length} problems`}`,
)
process.exitCode = problems.length === 0 ? 0 : 1
