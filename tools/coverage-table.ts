/**
 * `node tools/coverage-table.ts [--update]`: docs/protocols.md says of every protocol what its tests heard. Without `--update`
 * status 1 when the document says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverageDocument } from './lib/coverage-document.ts'

const file = join(import.meta.dirname, '..', 'docs', 'protocols.md')
const text = await coverageDocument()
if (process.argv.includes('--update')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/protocols.md is not what the tests heard: node tools/coverage-table.ts --update')
  process.exit(1)
}
