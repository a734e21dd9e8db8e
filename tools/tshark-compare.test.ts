/** What tshark says of each packet is what our messages say, for every protocol that has a `tshark.table.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allComparisons, BAR, capturesOf, compareAll, hasTshark, share, total } from './lib/tshark.ts'

const missing = hasTshark() ? 'its captures are not in ../shared/captures' : 'tshark is not installed'

for (const comparison of await allComparisons()) {
  const files = capturesOf(comparison)
  const skip = files.length === 0 || !hasTshark() ? missing : false
  test(`tshark agrees with us about ${comparison.protocol}`, { skip }, () => {
    const all = total(compareAll(comparison, files))
    assert.ok(all.theirs > 0, 'tshark found nothing to compare')
    const atLeast = comparison.atLeast ?? BAR
    assert.ok(share(all) >= atLeast, `${share(all).toFixed(4)} instead of ${atLeast}: ${all.examples.join('; ')}`)
  })
}
