/** What tshark says of each packet is what our messages say, for every protocol that has a `tshark.table.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHARED } from './lib/frames.ts'
import { type Agreement, add, allComparisons, capturesOf, compare, hasTshark, share } from './lib/tshark.ts'

const missing = hasTshark() ? 'its captures are not in ../shared/captures' : 'tshark is not installed'

for (const comparison of await allComparisons()) {
  const files = capturesOf(comparison)
  const skip = files.length === 0 || !hasTshark() ? missing : false
  test(`tshark agrees with us about ${comparison.protocol}`, { skip }, () => {
    const all: Agreement = { theirs: 0, ours: 0, both: 0, examples: [] }
    for (const file of files)
      for (const [field, agreement] of compare(comparison, file))
        add(all, { ...agreement, examples: agreement.examples.map((each) => `${file.slice(SHARED.length + 1)} ${field}, ${each}`) })
    assert.ok(all.theirs > 0, 'tshark found nothing to compare')
    const atLeast = comparison.atLeast ?? 0.99
    assert.ok(share(all) >= atLeast, `${share(all).toFixed(4)} instead of ${atLeast}: ${all.examples.join('; ')}`)
  })
}
