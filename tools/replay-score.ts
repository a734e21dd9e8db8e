/** `node tools/replay-score.ts [FOLDER | CAPTURE …]`: the evidence of every alert of the labelled attack captures, or of these, cut and played back. */
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CAPTURES, capturesBelow } from './lib/attack-score.ts'
import { replayAll } from './lib/slices.ts'

const given = process.argv.slice(2)
const paths = (given.length === 0 ? [join(CAPTURES, 'attacks')] : given).flatMap((path) =>
  statSync(path).isDirectory() ? capturesBelow(path, false).map((name) => join(path, name)) : [path],
)
let same = 0
let all = 0
for (const path of paths) {
  for (const { alert, manifest, packets, differences } of await replayAll(path, basename(path), 0)) {
    all++
    if (differences.length === 0) same++
    else console.log(`${path}: ${alert.rules.join('+')} (${manifest.reach}, ${packets} packets): ${differences.join('; ')}`)
  }
}
console.log(`${same} of ${all} alerts are raised again by their evidence`)
