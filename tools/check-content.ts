/**
 * Checks the whole content: every rule compiles, keeps to the house rules, fires and stays silent where its tests say
 * so, and is silent over every quiet scenario. `--update` rewrites the version lock after a change of meaning.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRuleSources, regex } from '@isthmus/content'
import { compileRules } from '@isthmus/detect'
import { parse } from 'yaml'
import { type Checks, checkContent, type Lock } from './lib/content-checks.ts'

const CONTENT = join(import.meta.dirname, '../content')
const LOCK = join(CONTENT, 'detections/versions.lock.json')

const sources = readRuleSources()
const { rules, errors } = compileRules(sources, { regex })
const techniques = (JSON.parse(readFileSync(join(CONTENT, 'attack/techniques.json'), 'utf8')) as { techniques: Checks['techniques'] })
  .techniques
const procedures = Object.keys(parse(readFileSync(join(CONTENT, 'procedures/procedures.yaml'), 'utf8')) as object)

if (process.argv.includes('--update')) {
  const lock = Object.fromEntries(rules.map((rule) => [rule.name, rule.version]).sort(([a], [b]) => (a! < b! ? -1 : 1)))
  writeFileSync(LOCK, `${JSON.stringify(lock, undefined, 2)}\n`)
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as Lock
const { problems, tests, quiet } = checkContent({ sources, rules, errors, techniques, procedures, lock })
for (const problem of problems) console.error(problem)
const own = rules.filter((rule) => rule.generates).length
console.log(
  `content: ${own} rules (${rules.length - own} that feed them), ${tests} tests, silent over ${quiet} quiet scenarios: ${problems.length === 0 ? 'good' : `${problems.length} problems`}`,
)
process.exitCode = problems.length === 0 ? 0 : 1
