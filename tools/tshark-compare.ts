/**
 * `node tools/tshark-compare.ts [PROTOCOL...] [--examples]`: runs tshark on the shared captures and compares what it says of each packet with our messages,
 * field by field as `packages/protocols/src/<name>/tshark.table.ts` maps them. Status 1 when a protocol agrees less than it must.
 */
import { parseArgs } from 'node:util'
import { SHARED } from './lib/frames.ts'
import { type Agreement, add, allComparisons, capturesOf, compare, hasTshark, share } from './lib/tshark.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { examples: { type: 'boolean', default: false } } })
if (!hasTshark()) throw new Error('tshark is not installed')

let isBelow = false
for (const comparison of await allComparisons()) {
  if (positionals.length > 0 && !positionals.includes(comparison.protocol)) continue
  const files = capturesOf(comparison)
  if (files.length === 0) {
    console.log(`${comparison.protocol}: no capture here`)
    continue
  }
  const sums = new Map<string, Agreement>()
  const all: Agreement = { theirs: 0, ours: 0, both: 0, examples: [] }
  for (const file of files)
    for (const [field, agreement] of compare(comparison, file)) {
      const sum = sums.get(field) ?? { theirs: 0, ours: 0, both: 0, examples: [] }
      const examples = agreement.examples.map((each) => `${file.slice(SHARED.length + 1)} ${each}`)
      add(sum, { ...agreement, examples })
      add(all, { ...agreement, examples: [] })
      sums.set(field, sum)
    }
  const atLeast = comparison.atLeast ?? 0.99
  isBelow ||= share(all) < atLeast
  console.log(
    `${comparison.protocol}: ${percent(share(all))} of ${all.theirs} values in ${files.length} captures${share(all) < atLeast ? ` (must be ${percent(atLeast)})` : ''}`,
  )
  for (const [field, sum] of sums) {
    console.log(`  ${percent(share(sum)).padStart(8)}  ${field}: tshark ${sum.theirs}, ours ${sum.ours}, equal ${sum.both}`)
    if (values.examples) for (const example of sum.examples) console.log(`            ${example}`)
  }
}
process.exit(isBelow ? 1 : 0)

function percent(part: number): string {
  return `${(Math.floor(part * 10_000) / 100).toFixed(2)} %`
}
