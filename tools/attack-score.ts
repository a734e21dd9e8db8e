/**
 * `node tools/attack-score.ts [FOLDER]`: the labelled attack captures, each through sensor and server half: is there an alert, is its
 * technique right, which rule raised it. `--days` takes the compressed captures too; `--benign` counts false alerts of level high or
 * above over the captures of ordinary traffic (`ot/`, `it/`), learned on their first half.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CAPTURES, capturesBelow, falseAlerts, judge, labelled } from './lib/attack-score.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { days: { type: 'boolean', default: false }, benign: { type: 'boolean', default: false } },
})
const [only = ''] = positionals
/** Captures of more than a month are read at their word in nothing but their alerts. */
const MAX_HOURS = 31 * 24

if (values.benign) await scoreBenign()
else await scoreAttacks()

async function scoreAttacks(): Promise<void> {
  const { rows, unlabelled } = labelled(values.days, only)
  const sums = new Map<string, { right: number; other: number; none: number; clean: number; false: number }>()
  for (const { capture, label } of rows) {
    const { alerts, verdict } = await judge(capture, label)
    const set = capture.slice(0, capture.indexOf('/'))
    const sum = sums.get(set) ?? { right: 0, other: 0, none: 0, clean: 0, false: 0 }
    sum[verdict]++
    sums.set(set, sum)
    const said = alerts.map(({ rules, attack, level }) => `${rules.join('+')} (${level}, ${attack.join(' ')})`).join('; ')
    console.log(`${verdict.padEnd(6)} ${capture}: ${said || 'no alert'}`)
  }
  for (const capture of unlabelled) console.log(`?      ${capture}: no row of the table names it`)
  console.log('')
  let right = 0
  let attacks = 0
  for (const [set, sum] of sums) {
    const all = sum.right + sum.other + sum.none
    right += sum.right
    attacks += all
    console.log(`${set}: ${sum.right} of ${all} right, ${sum.other} with another technique, ${sum.none} without alert${benignText(sum)}`)
  }
  console.log(`all: ${right} of ${attacks} attacks have an alert with a right technique`)
}

function benignText({ clean, false: wrong }: { clean: number; false: number }): string {
  return clean + wrong === 0 ? '' : `; ${wrong} of ${clean + wrong} benign ones with a false alert`
}

async function scoreBenign(): Promise<void> {
  let hours = 0
  let count = 0
  let above = 0
  const byRule = new Map<string, number>()
  const folders = only === '' ? ['ot', 'it'] : [only]
  for (const folder of folders)
    for (const capture of capturesBelow(join(CAPTURES, folder), values.days)) {
      const found = await falseAlerts(join(CAPTURES, folder, capture))
      // A clock that was set within the capture tells nothing of its length.
      if (found.hours < MAX_HOURS) hours += found.hours
      count += found.alerts.length
      for (const rule of found.alerts.flatMap(({ rules }) => rules)) byRule.set(rule, (byRule.get(rule) ?? 0) + 1)
      if (found.alerts.length === 0) continue
      if (found.alerts.length > Math.max(1, found.hours)) above++
      console.log(`${folder}/${capture} (${found.hours.toFixed(2)} h): ${found.alerts.map(({ rules }) => rules.join('+')).join('; ')}`)
    }
  console.log('')
  for (const [rule, n] of [...byRule].sort((a, b) => b[1] - a[1])) console.log(`${String(n).padStart(5)}  ${rule}`)
  console.log(`${count} alerts of level high or above in ${hours.toFixed(1)} hours: ${(count / Math.max(hours, 1e-9)).toFixed(2)} an hour`)
  console.log(`${above} captures with more than one an hour (one where it is shorter)`)
}
