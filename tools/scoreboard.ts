/**
 * What Isthmus sees of a re-enactment of the 2021 ATT&CK Evaluation for ICS (TRITON): sub-step by sub-step, at which level, and the
 * alerts of a quiet simulated week. `npm run scoreboard [-- seed]`
 */
import type { Alert } from '@isthmus/model'
import { show } from './lib/campaign.ts'
import { LEVELS, type Level, type Verdict } from './scoreboard/judge.ts'
import { type Score, score } from './scoreboard/run.ts'
import { isPresent, SUBSTEPS_FILE, vendorLevels } from './scoreboard/substeps.ts'

/** How many reach each level or more: visible is telemetry and more, analytic general and more. */
const reach = (levels: readonly string[], least: Level): number =>
  levels.filter((level) => LEVELS.indexOf(level as Level) >= LEVELS.indexOf(least)).length

function totals(who: string, levels: readonly string[]): string {
  const [visible, analytic, technique] = [reach(levels, 'telemetry'), reach(levels, 'general'), reach(levels, 'technique')]
  return `${who.padEnd(12)} ${String(visible).padStart(7)} ${String(analytic).padStart(8)} ${String(technique).padStart(9)}`
}

function line({ step, level, seen, rules }: Verdict): string {
  return [step.id.padEnd(7), step.technique, level.padEnd(9), seen.join(' ').padEnd(22), rules.slice(0, 3).join(', ')].join('  ')
}

const quietLine = (alert: Alert): string =>
  `  ${new Date(alert.firstAt / 1000).toISOString()}  ${alert.level}  ${alert.rules.join(', ')}: ${alert.what}`

function print({ verdicts, quiet, alerts, incidents, telling }: Score): void {
  const ids = verdicts.map(({ step }) => step.id)
  console.log('Re-enactment of the 2021 ATT&CK Evaluation for ICS (TRITON), scored sub-steps\n')
  for (const verdict of verdicts) console.log(line(verdict))
  console.log(`\n${verdicts.length} sub-steps   visible analytic technique`)
  console.log(
    totals(
      'isthmus',
      verdicts.map(({ level }) => level),
    ),
  )
  for (const [vendor, levels] of vendorLevels())
    console.log(
      totals(
        vendor,
        ids.map((id) => levels.get(id) ?? 'none'),
      ),
    )
  console.log('The vendors were scored on the evaluation itself, we on our own re-enactment of it.')
  console.log(`\nIntrusion: ${alerts} alerts in ${incidents} incidents. Quiet week after learning: ${quiet.length} alerts`)
  for (const alert of quiet) console.log(quietLine(alert))
  console.log(show('Story', telling))
}

if (isPresent()) print(await score(process.argv[2] ?? '1'))
else console.log(`skipped: ${SUBSTEPS_FILE} is not there`)
