import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { coverageDocument } from './lib/coverage-document.ts'

test('docs/protocols.md says what the tests of the protocols heard', async () => {
  const file = join(import.meta.dirname, '..', 'docs', 'protocols.md')
  assert.equal(readFileSync(file, 'utf8'), await coverageDocument(), 'node tools/coverage-table.ts --update')
})
