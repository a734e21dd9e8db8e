/**
 * `node tools/rule-catalogue.ts [--update]`: docs/rules says of every rule what it fires on, what it means and what it misses. Without
 * `--update` status 1 when the documents say something else.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { regex } from '@isthmus/content'
import { readRuleSources } from '@isthmus/content/sources'
import { compileRules } from '@isthmus/detect'
import { type Attack, ruleCatalogue } from './lib/rule-catalogue.ts'
import { thresholdTable } from './lib/threshold-table.ts'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'rules')
const ATTACK = join(import.meta.dirname, '..', 'content', 'attack', 'techniques.json')

/** Names of files that are not as they should be. */
export function staleFiles(): string[] {
  const files = catalogue()
  const known = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))
  return [...new Set([...files.keys(), ...known.keys()])].filter((name) => files.get(name) !== known.get(name))
}

export function updateCatalogue(): void {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, text] of catalogue()) writeFileSync(join(FOLDER, name), text)
}

function catalogue(): ReadonlyMap<string, string> {
  const sources = readRuleSources()
  const { rules } = compileRules(sources, { regex })
  const documents = ruleCatalogue(sources, rules, JSON.parse(readFileSync(ATTACK, 'utf8')) as Attack)
  return new Map([...documents, ['thresholds.md', thresholdTable(sources, rules)]])
}

if (import.meta.main) {
  if (process.argv.includes('--update')) updateCatalogue()
  const stale = staleFiles()
  if (stale.length > 0) {
    console.error(`docs/rules/${stale.join(', ')}: not what the rules say: node tools/rule-catalogue.ts --update`)
    process.exitCode = 1
  }
}
