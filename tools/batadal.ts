/**
 * `node tools/batadal.ts [watched.csv [windows.txt]]`: what the process model makes of BATADAL, learnt on dataset03
 * alone. Without arguments dataset04 is scored. A file of one's own is scored over its windows (a line each:
 * `2016-09-13 23 to 2016-09-16 00`, first and last hour of the attack) or, without them, its alarms are listed.
 * `--vary`: S on dataset04 with one default changed at a time. `--live`: dataset04 as observations through the detector.
 */
import { readFileSync } from 'node:fs'
import type { Deviation, Reading } from '@isthmus/detect'
import { ATTACKS, hasBatadal, MIXED, readWindows, score, type Window, watch, watchLive } from './lib/batadal.ts'

const [file, windowsFile] = process.argv.slice(2)

function named(deviations: readonly Deviation[]): string {
  const tags = new Map<string, Deviation>()
  for (const deviation of deviations.toSorted((a, b) => b.distance - a.distance))
    if (!tags.has(deviation.tag)) tags.set(deviation.tag, deviation)
  return [...tags.values()]
    .slice(0, 5)
    .map(({ tag, kind, distance }) => `${tag} ${kind} ${distance.toFixed(1)}`)
    .join(', ')
}

function printScore(readings: readonly Reading[], windows: readonly Window[]): void {
  const { s, ttd, clf, tpr, tnr, falseHours, falseEpisodes, normalHours, attacks } = score(readings, windows)
  console.log(`S ${s.toFixed(4)}   S_TTD ${ttd.toFixed(4)}   S_CLF ${clf.toFixed(4)}   (TPR ${tpr.toFixed(4)}, TNR ${tnr.toFixed(4)})`)
  console.log(`false alarms: ${falseHours} of ${normalHours} hours, ${falseEpisodes} episodes begun outside attacks`)
  for (const { from, hours, detectedAfter, tags } of attacks) {
    const after = detectedAfter === undefined ? 'missed' : `after ${detectedAfter} h`
    console.log(`${from}  ${String(hours).padStart(3)} h  ${after.padEnd(10)}  ${named(tags)}`)
  }
}

function printEpisodes(readings: readonly Reading[]): void {
  const episodes = Map.groupBy(
    readings.filter(({ isAnomalous }) => isAnomalous),
    ({ since }) => since!,
  )
  const hour = (at: number) => new Date(at / 1000).toISOString().slice(0, 13)
  for (const [since, during] of episodes)
    console.log(`${hour(since)} to ${hour(during.at(-1)!.at)}  ${named(during.flatMap(({ deviations }) => deviations))}`)
}

const VARIED: Readonly<Record<'margin' | 'quietSamples', readonly number[]>> = {
  margin: [1.2, 1.35, 1.5, 1.75, 2],
  quietSamples: [0, 6, 12],
}

function printVaried(): void {
  for (const [option, values] of Object.entries(VARIED))
    for (const value of values) console.log(`${option} ${value}: S ${score(watch(MIXED, { [option]: value }), ATTACKS).s.toFixed(3)}`)
}

if (!hasBatadal()) console.log('BATADAL: skipped, ../shared/process/batadal is not there')
else if (file === '--vary') printVaried()
else if (file === '--live') printScore(watchLive(MIXED), ATTACKS)
else if (file === undefined) printScore(watch(MIXED), ATTACKS)
else if (windowsFile === undefined) printEpisodes(watch(file))
else printScore(watch(file), readWindows(readFileSync(windowsFile, 'utf8')))
