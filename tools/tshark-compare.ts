/**
 * `node tools/tshark-compare.ts [PROTOCOL...] [--examples]`: runs tshark on the shared captures and compares what it says of each packet with our messages,
 * field by field as `packages/protocols/src/<name>/tshark.table.ts` maps them. Status 1 when a protocol agrees less than it must.
 */
import { parseArgs } from 'node:util'
import { allComparisons, BAR, capturesOf, compareAll, hasTshark, share, total } from './lib/tshark.ts'

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
  const sums = compareAll(comparison, files)
  const all = total(sums)
  const atLeast = comparison.atLeast ?? BAR
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
