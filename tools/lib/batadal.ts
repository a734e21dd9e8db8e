/**
 * BATADAL (Taormina et al., J. Water Resour. Plann. Manage. 2018): hourly readings of a water network, a year without
 * attacks and five months with seven. The data stay in ../shared; the competition's score is worked out here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { regex } from '@isthmus/content'
import { compileRules, createDetector, createProcessModel, type Deviation, type ProcessOptions, type Reading } from '@isthmus/detect'
import type { Observation } from '@isthmus/model'

const FOLDER = join(import.meta.dirname, '../../../shared/process/batadal')
const HOUR_US = 3_600_000_000

/** The data set learnt from. */
export const NORMAL = join(FOLDER, 'dataset03.csv')
/** The data set with the attacks of ATTACKS. */
export const MIXED = join(FOLDER, 'dataset04.csv')

export const hasBatadal = () => existsSync(NORMAL) && existsSync(MIXED)

/** First and last hour of an attack; the data's clock is taken as UTC. */
export type Window = readonly [from: string, to: string]

/** Of dataset04 (../shared/process/README.md). */
export const ATTACKS: readonly Window[] = [
  ['2016-09-13T23', '2016-09-16T00'],
  ['2016-09-26T11', '2016-09-27T10'],
  ['2016-10-09T09', '2016-10-11T20'],
  ['2016-10-29T19', '2016-11-02T16'],
  ['2016-11-26T17', '2016-11-29T04'],
  ['2016-12-06T07', '2016-12-10T04'],
  ['2016-12-14T15', '2016-12-19T04'],
]

export type Table = { readonly tags: readonly string[]; readonly rows: readonly { at: number; values: number[] }[] }

/** Columns: `DATETIME` as dd/mm/yy hh, the tags, and in some files `ATT_FLAG`. */
export function readTable(file: string): Table {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const names = head!.split(',').map((name) => name.trim())
  const tags = names.slice(1).filter((name) => name !== 'ATT_FLAG')
  const rows = lines.map((line) => {
    const [time, ...values] = line.split(',')
    const [, day, month, year, hour] = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d)/.exec(time!.trim())!.map(Number)
    return { at: Date.UTC(2000 + year!, month! - 1, day, hour) * 1000, values: values.slice(0, tags.length).map(Number) }
  })
  return { tags, rows }
}

/** The windows of a text: a line each, first and last hour as `2016-09-13 23` or `2016-09-13T23`. */
export function readWindows(text: string): Window[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [from, to] = [...line.matchAll(/(\d{4}-\d\d-\d\d)[T ](\d\d)/g)].map(([, day, hour]) => `${day}T${hour}`)
    return from === undefined || to === undefined ? [] : [[from, to] as const]
  })
}

export type AttackResult = {
  readonly from: string
  readonly hours: number
  /** Hours until the first alarm; undefined when missed. */
  readonly detectedAfter: number | undefined
  /** The farthest deviation of each tag in the attack, farthest first. */
  readonly tags: readonly Deviation[]
}

export type Score = {
  readonly s: number
  readonly ttd: number
  readonly clf: number
  readonly tpr: number
  readonly tnr: number
  readonly falseHours: number
  /** Episodes that began outside every attack. */
  readonly falseEpisodes: number
  readonly normalHours: number
  readonly attacks: readonly AttackResult[]
}

/** Learns on dataset03 alone, then reads a file of the same network. */
export function watch(file: string, options: Partial<ProcessOptions> = {}): Reading[] {
  const normal = readTable(NORMAL)
  const learningUs = normal.rows.at(-1)!.at - normal.rows[0]!.at
  // The readings to be watched come with two decimals; the year to learn from has nine, which no one will see again.
  const model = createProcessModel({ tags: normal.tags, learningUs, resolution: 0.01, ...options })
  for (const { at, values } of normal.rows) model.observe(at, values)
  return readTable(file).rows.map(({ at, values }) => model.observe(at, values)!)
}

/** The rule of the live path over every kind of deviation, sampled as the data are: every hour. */
const LIVE = {
  title: 'Hourly values do not fit together',
  name: 'hourly-values-implausible',
  engine: 'anomaly',
  logsource: { product: 'isthmus', category: 'process_read' },
  detection: { told: { tag: '*' }, condition: 'told' },
  implausible: { field: 'value', tag: 'tag', 'group-by': ['server'], every: '1h' },
}

/**
 * The same through the detector, one observation a value, as a controller that is polled every hour would be seen. A reading is anomalous in
 * the hours that a finding tells of. An hour is judged once the next begins.
 */
export function watchLive(file: string): Reading[] {
  const normal = readTable(NORMAL)
  const watched = readTable(file)
  const learningUs = normal.rows.at(-1)!.at - normal.rows[0]!.at
  const { rules, errors } = compileRules([{ file: 'hourly.yaml', document: LIVE }], { regex })
  if (errors.length > 0) throw new Error(errors[0]!.reason)
  const detector = createDetector(rules, { site: 'batadal', learningUs })
  const hour = (at: number) => Math.floor(at / HOUR_US) * HOUR_US
  const told = new Map<number, Deviation[]>()
  const play = ({ tags, rows }: Table) => {
    for (const { at, values } of rows)
      values.forEach((value, i) => {
        for (const { fields, at: toldAt } of detector.evaluate(seen(at, tags[i]!, Math.round(value * 100) / 100), NOBODY)) {
          const { farthest, measured, expected, distance } = fields as unknown as Told
          told.set(hour(toldAt) - HOUR_US, [{ tag: farthest, kind: 'relation', value: measured, expected, distance, since: toldAt }])
        }
      })
  }
  play(normal)
  told.clear()
  play(watched)
  return watched.rows.map(({ at }) => {
    const deviations = told.get(hour(at)) ?? []
    const before = told.has(hour(at) - HOUR_US)
    const since = deviations.length === 0 ? undefined : before ? at - HOUR_US : at
    return { at, phase: 'watching', isAnomalous: deviations.length > 0, since, deviations, unnamed: 0 }
  })
}

type Told = { readonly farthest: string; readonly measured: number; readonly expected: number; readonly distance: number }
const NOBODY = { client: undefined, server: undefined }

function seen(at: number, tag: string, value: number): Observation {
  return {
    ...{ kind: 'process.read', site: 'batadal', sensor: 'batadal', at, first: at, count: 1, directionKnown: true, protocol: 'any' },
    ...{ tag, value, part: undefined, dataType: 'real', quality: undefined, unit: undefined },
    client: { ip: '192.0.2.2', mac: undefined, port: 40_000 },
    server: { ip: '192.0.2.1', mac: undefined, port: 502 },
    evidence: { capture: 'batadal', packets: [1, 1], bytes: [0, 1] },
  }
}

/** The competition's score of readings over the hours of these attacks. */
export function score(readings: readonly Reading[], attackWindows: readonly Window[]): Score {
  const windows = attackWindows.map(([from, to]) => ({
    from,
    start: Date.parse(`${from}:00Z`) * 1000,
    end: Date.parse(`${to}:00Z`) * 1000,
  }))
  const isAttack = (at: number) => windows.some(({ start, end }) => at >= start && at <= end)
  const attacks = windows.map(({ from, start, end }): AttackResult => {
    const alarms = readings.filter(({ at, isAnomalous }) => at >= start && at <= end && isAnomalous)
    const farthest = new Map<string, Deviation>()
    for (const deviation of alarms.flatMap(({ deviations }) => deviations))
      if (deviation.distance > (farthest.get(deviation.tag)?.distance ?? 0)) farthest.set(deviation.tag, deviation)
    return {
      from,
      hours: (end - start) / HOUR_US + 1,
      detectedAfter: alarms.length === 0 ? undefined : (alarms[0]!.at - start) / HOUR_US,
      tags: [...farthest.values()].sort((a, b) => b.distance - a.distance),
    }
  })
  const inside = readings.filter(({ at }) => isAttack(at))
  const outside = readings.filter(({ at }) => !isAttack(at))
  const falseHours = outside.filter(({ isAnomalous }) => isAnomalous).length
  const tpr = inside.filter(({ isAnomalous }) => isAnomalous).length / inside.length
  const tnr = 1 - falseHours / outside.length
  const ttd = 1 - attacks.reduce((sum, { detectedAfter, hours }) => sum + (detectedAfter ?? hours) / hours, 0) / attacks.length
  const clf = (tpr + tnr) / 2
  const falseEpisodes = outside.filter(({ at, since }) => since === at).length
  return { s: (ttd + clf) / 2, ttd, clf, tpr, tnr, falseHours, falseEpisodes, normalHours: outside.length, attacks }
}
