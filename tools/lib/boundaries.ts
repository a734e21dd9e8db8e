/**
 * Where each threshold of the content lies, shown by stories: one that just does not reach it, one that just does and
 * one that is just beyond. The stories are those of the rules' own tests, changed in time, number or value.
 */
import { regex } from '@isthmus/content'
import { catalogueOf, compileRules, compileWithSettings, createDetector, type Rule, type RuleSource, type Threshold } from '@isthmus/detect'
import type { Micros, Observation } from '@isthmus/model'
import { type Params, readScenario, type Scenario } from '../scenario.ts'
import { pointStory } from './boundaries-points.ts'
import { volumeBoundaries } from './boundaries-volume.ts'

type Doc = Readonly<Record<string, unknown>>
type Setting = Readonly<Record<string, number | string>>
type Settings = Readonly<Record<string, Setting>>
type Told = { readonly scenario: string; readonly with?: Params; readonly expect: readonly unknown[] }

/** A rule that speaks, with what feeds it. */
export type Family = {
  readonly name: string
  readonly thresholds: readonly Threshold[]
  /** Whether the rule speaks over a story. */
  readonly fires: (story: Scenario, rules?: Settings) => boolean
  readonly findings: (story: Scenario, rules?: Settings) => readonly Readonly<Record<string, string | number | boolean>>[]
  /** Rules that one observation alone can match. */
  readonly matchers: ReadonlyMap<string, Rule>
  readonly firing: readonly Told[]
  readonly docs: ReadonlyMap<string, Doc>
}

const SECOND: Micros = 1e6
const MINUTE: Micros = 60e6
const HOUR: Micros = 3600e6
/** The longest time a setting may give a correlation. */
export const LONGEST = '31d'
const LONGEST_S = 31 * 86_400

const nameOf = (document: unknown) => String((document as Doc).name)

export function families(sources: readonly RuleSource[]): Family[] {
  const { rules } = compileRules(sources, { regex })
  const byName = new Map(sources.map((source) => [nameOf(source.document), source]))
  const catalogue = catalogueOf(sources, rules)
  return sources.flatMap((source, i) => {
    if (sources[i - 1]?.file === source.file) return []
    const own = sources.filter(({ file }) => file === source.file)
    const thresholds = own.flatMap(({ document }) => catalogue.get(nameOf(document))?.thresholds ?? [])
    return thresholds.length === 0 ? [] : [familyOf(source, thresholds, byName)]
  })
}

function familyOf(lead: RuleSource, thresholds: readonly Threshold[], byName: ReadonlyMap<string, RuleSource>): Family {
  const members = new Map<string, RuleSource>()
  const add = (source: RuleSource) => {
    members.set(nameOf(source.document), source)
    const correlation = (source.document as Doc).correlation as { rules?: string[] } | undefined
    for (const name of correlation?.rules ?? []) if (!members.has(name)) add(byName.get(name)!)
  }
  add(lead)
  const sources = [...members.values()]
  const name = nameOf(lead.document)
  const { rules } = compileRules(sources, { regex })
  const catalogue = catalogueOf(sources, rules)
  const findings: Family['findings'] = ({ learningUs, events }, settings = {}) => {
    const set = compileWithSettings(sources, { engines: {}, rules: settings }, catalogue, { regex })
    if (set.errors.length > 0) throw new Error(JSON.stringify(set.errors))
    const detector = createDetector(set.rules, { site: 'scenario', learningUs })
    const found = events.flatMap(({ observation, ends }) => [...detector.evaluate(observation, ends)])
    return [...found, ...detector.finish()].filter((finding) => finding.rule === name).map((finding) => finding.fields)
  }
  return {
    name,
    thresholds,
    findings,
    fires: (story, settings) => findings(story, settings).length > 0,
    matchers: new Map(rules.filter((rule) => rule.correlation === undefined).map((rule) => [rule.name, rule])),
    firing: ((lead.document as Doc).tests as Told[]).filter(({ expect }) => expect.length > 0),
    docs: new Map(sources.map(({ document }) => [nameOf(document), document as Doc])),
  }
}

/** A boundary: the setting that was tried, and whether the rule fired just below, at and just beyond it. */
export type Boundary = { readonly value: number | string; readonly fired: readonly boolean[]; readonly wanted: readonly boolean[] }

const REACHED = [false, true, true]

export function boundaries(family: Family, threshold: Threshold): Boundary[] {
  if (threshold.path[0] === 'unheeded' || threshold.path[0] === 'disagreeing') return ofPoints(family, threshold)
  if (threshold.path[0] === 'above_usual' && threshold.key !== 'windows') return volumeBoundaries(family, threshold)
  switch (threshold.key) {
    case 'windows':
    case 'count':
    case 'days':
    case 'times':
      return counted(family, threshold)
    case 'patience':
    case 'least':
      return away(family, threshold)
    case 'timespan':
      return timed(family, threshold)
    case 'after':
      return delayed(family, threshold)
    case 'margin':
      return margins(family, threshold)
    case 'min-values':
      return enough(family, threshold)
    case 'distance':
      return far(family, threshold)
    default:
      return named(family, threshold)
  }
}

const settingOf = ({ rule, key }: Threshold, value: number | string): Settings => ({ [rule]: { [key]: value } })
const secondsOf = (timespan: string) => ({ s: 1, m: 60, h: 3600, d: 86_400 })[timespan.at(-1)!]! * Number(timespan.slice(0, -1))

function ofPoints(family: Family, threshold: Threshold): Boundary[] {
  const { key, path } = threshold
  const told = family.firing[0]!
  const story = readScenario(told.scenario, told.with)
  const limits = family.thresholds.map((one) => [one.key, one.kind === 'time' ? secondsOf(one.default as string) : one.default] as const)
  const usual = new Map(limits).get(key) as number
  const other = threshold.isWhole ? Math.ceil(usual / 2) + 1 : 2 * usual
  return [usual, other].map((value) => ({
    value,
    fired: [-1, 0, 1].map((by) =>
      family.fires(
        pointStory(story, { ...(Object.fromEntries(limits) as Record<string, number>), [key]: value }, key, by),
        settingOf(threshold, threshold.kind === 'time' ? `${value}s` : value),
      ),
    ),
    wanted: path.includes('tolerance') ? [false, false, true] : REACHED,
  }))
}

/** The test with `n` (of events, days, times …) at the default is told with one less and one more. */
function counted(family: Family, threshold: Threshold): Boundary[] {
  const usual = threshold.default as number
  const told = family.firing.find((test) => test.with?.n === usual)
  if (told === undefined) return cut(family, threshold)
  const other = usual > 2 ? Math.ceil(usual / 2) : usual + 1
  return [usual, other].map((n) => ({
    value: n,
    fired: [n - 1, n, n + 1].map((many) => family.fires(readScenario(told.scenario, { ...told.with, n: many }), settingOf(threshold, n))),
    wanted: REACHED,
  }))
}

/** A story without a number is cut where it has shown one less, as much, and one more: how much that is, other settings say. */
function cut(family: Family, threshold: Threshold): Boundary[] {
  const usual = threshold.default as number
  const holds = (story: Scenario, n: number) => n < 1 || family.fires(story, settingOf(threshold, n))
  for (const test of family.firing) {
    const story = readScenario(test.scenario, test.with)
    const parts = [...story.events, undefined].map((_, length) => ({ ...story, events: story.events.slice(0, length) }))
    const showing = (n: number) => parts.find((part) => holds(part, n) && !holds(part, n + 1))
    const [below, at, beyond, less] = [showing(usual - 1), showing(usual), showing(usual + 1), showing(Math.max(usual - 2, 0))]
    if (below === undefined || at === undefined || beyond === undefined || less === undefined) continue
    const fired = (stories: readonly Scenario[], n: number): Boundary => ({
      value: n,
      fired: stories.map((part) => family.fires(part, settingOf(threshold, n))),
      wanted: REACHED,
    })
    return [fired([below, at, beyond], usual), usual > 1 ? fired([less, below, at], usual - 1) : fired([below, at, beyond], usual)]
  }
  throw new Error(`${family.name}: no test that fires with { n: ${usual} }, nor a story that shows one more than that`)
}

/** How long a story takes is measured with settings; then it is stretched until it takes just as long as is allowed. */
function timed(family: Family, threshold: Threshold): Boundary[] {
  const relaxed = Object.fromEntries(
    [...family.docs]
      .filter(([name, doc]) => name !== threshold.rule && doc.correlation !== undefined)
      .map(([name]) => [name, { timespan: LONGEST }]),
  )
  const fires = (story: Scenario, seconds: number) => family.fires(story, { ...relaxed, [threshold.rule]: { timespan: `${seconds}s` } })
  for (const test of family.firing) {
    const story = stretched(apart(readScenario(test.scenario, test.with)), 100)
    if (!fires(story, LONGEST_S) || fires(story, 1)) continue
    let [short, long] = [1, LONGEST_S]
    while (long - short > 1) {
      const middle = Math.floor((short + long) / 2)
      if (fires(story, middle)) long = middle
      else short = middle
    }
    const usual = secondsOf(threshold.default as string)
    return [usual, 2 * usual].map((seconds) => ({
      value: `${seconds}s`,
      fired: [seconds + 1, seconds, seconds - 1].map((lasts) => fires(stretched(story, lasts / long), seconds)),
      wanted: REACHED,
    }))
  }
  throw new Error(`${family.name}: no test in which ${threshold.rule} needs time`)
}

/** What comes at an even pace stays away for just as long as it may, the site being heard all the while. */
function away(family: Family, threshold: Threshold): Boundary[] {
  const told = family.firing[0]!
  const { learningUs, events } = readScenario(told.scenario, told.with)
  const [{ observation: sample }] = events as [Scenario['events'][number]]
  const paced = events.filter(({ observation }) => observation.kind === sample.kind)
  const isTime = threshold.kind === 'time'
  const usual = isTime ? secondsOf(threshold.default as string) * SECOND : (threshold.default as number)
  const { least, patience } = family.docs.get(threshold.rule)!.overdue as { least: string; patience: number }
  // The one that is not looked at allows less.
  const even = (secondsOf(least) * SECOND) / patience
  const pause = isTime ? Math.floor(even / 2 / MINUTE) * MINUTE : 2 * even
  const came = paced.map((event, i) => ({ ...event, observation: timedAt(event.observation, sample.at + i * pause) as Observation }))
  const last = came.at(-1)!.observation.at
  return [usual, usual * 2].map((value) => {
    const allowed = isTime ? value : value * pause
    const setting = settingOf(threshold, isTime ? `${value / SECOND}s` : value)
    const until = (end: Micros): Scenario => {
      const heard: Scenario['events'][number][] = []
      for (let at = sample.at; at <= end; at += MINUTE) heard.push(quiet({ learningUs, events, indicators: '' }, at))
      const story = [...came, ...heard].sort((a, b) => a.observation.at - b.observation.at)
      return { learningUs, indicators: '', events: story }
    }
    // Looked at once a minute.
    return { value, fired: [0, MINUTE, 2 * MINUTE].map((more) => family.fires(until(last + allowed + more), setting)), wanted: REACHED }
  })
}

/** Something is seen first; the story begins just before, at and after the time that the rule waits. */
function delayed(family: Family, threshold: Threshold): Boundary[] {
  const told = family.firing[0]!
  const story = spokenOf(family, threshold, readScenario(told.scenario, told.with))
  const begins = (us: Micros) => moved(story, us)
  const usual = secondsOf(threshold.default as string) * SECOND
  const other = 600 * SECOND
  return [
    // A time of nothing has nothing below it.
    ...(usual === 0 ? [{ value: '0s', fired: [family.fires(story)], wanted: [true] }] : []),
    ...[usual, other]
      .filter((us) => us > 0)
      .map((us) => ({
        value: `${us / SECOND}s`,
        fired: [us - 1, us, us + 1].map((at) => family.fires(begins(at), settingOf(threshold, `${us / SECOND}s`))),
        wanted: REACHED,
      })),
  ]
}

/** The story from the first event that the rule speaks of. */
function spokenOf({ matchers }: Family, { rule }: Threshold, story: Scenario): Scenario {
  const { matches } = matchers.get(rule)!
  const first = story.events.findIndex(({ observation, ends }) => matches({ observation, ...ends, learnedAt: 0 }))
  return { ...story, events: story.events.slice(first) }
}

/** The last value of the story is put on the edge of what the rule allows. */
function margins(family: Family, threshold: Threshold): Boundary[] {
  const story = rangeStory(family)
  const values = story.events.slice(0, -1).map(({ observation }) => Number((observation as { value?: unknown }).value))
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const usual = threshold.default as number
  return [usual, usual * 2].map((margin) => {
    const edge = high + (high - low) * margin
    return {
      value: margin,
      fired: [edge - 0.01, edge, edge + 0.01].map((value) => family.fires(withLast(story, { value }), settingOf(threshold, margin))),
      wanted: [false, false, true],
    }
  })
}

function enough(family: Family, threshold: Threshold): Boundary[] {
  const story = rangeStory(family)
  const usual = threshold.default as number
  const other = Math.ceil(usual / 2)
  const after = (n: number): Scenario => ({ ...story, events: [...story.events.slice(0, n), story.events.at(-1)!] })
  return [usual, other].map((n) => ({
    value: n,
    fired: [n - 1, n, n + 1].map((known) => family.fires(after(known), settingOf(threshold, n))),
    wanted: REACHED,
  }))
}

/** A story of a range with values enough, whose last value is far outside. */
function rangeStory(family: Family): Scenario {
  const told = family.firing[0]!
  const story = readScenario(told.scenario, told.with)
  const [first, second] = story.events
  const last = story.events.at(-1)!
  const many = Array.from({ length: 120 }, (_, i) => {
    const { observation, ends } = i % 2 === 0 ? first! : second!
    return { ends, observation: { ...observation, at: first!.observation.at + i * 20 * SECOND } }
  })
  return withLast({ ...story, events: [...many, last] }, { value: 1e9 })
}

/** Larger and larger jumps: the rule speaks exactly of those that it says are farther than the setting. */
function far(family: Family, threshold: Threshold): Boundary[] {
  const told = family.firing[0]!
  const story = readScenario(told.scenario, told.with)
  const usual = threshold.default as number
  const distanceOf = (value: number) => Number(family.findings(withLast(story, { value }), settingOf(threshold, 1)).at(-1)?.distance ?? 0)
  const jumps = Array.from({ length: 400 }, (_, i) => 99 - i * 0.25)
    .map((value) => ({ value, distance: distanceOf(value) }))
    .filter(({ distance }) => distance > 0)
  return [usual, usual * 2].map((distance) => {
    const below = jumps.filter((jump) => jump.distance < distance).sort((a, b) => b.distance - a.distance)[0]
    const at = jumps.find((jump) => jump.distance === distance)
    const beyond = jumps.filter((jump) => jump.distance > distance).sort((a, b) => a.distance - b.distance)[0]
    if (below === undefined || beyond === undefined) throw new Error(`${family.name}: no jumps around ${distance}`)
    const tried = [below, ...(at === undefined ? [] : [at]), beyond]
    return {
      value: distance,
      fired: tried.map(({ value }) => family.fires(withLast(story, { value }), settingOf(threshold, distance))),
      wanted: tried.map((jump) => jump.distance > distance),
    }
  })
}

/** A number that the rule compares a field with: the field is put just below, at and just above it. */
function named(family: Family, threshold: Threshold): Boundary[] {
  const [field, comparison] = String(threshold.path.at(-1)).split('|') as [string, string]
  const told = family.firing[0]!
  const story = readScenario(told.scenario, told.with)
  const usual = threshold.default as number
  return [usual, usual * 2].map((n) => ({
    value: n,
    fired: [n - 1, n, n + 1].map((value) => family.fires(withField(story, field, value), settingOf(threshold, n))),
    wanted: [n - 1, n, n + 1].map((value) => ({ gte: value >= n, gt: value > n, lte: value <= n, lt: value < n })[comparison]!),
  }))
}

function withField(story: Scenario, field: string, value: number): Scenario {
  const [head, tail] = field.split('.') as [string, string | undefined]
  return changed(story, (o) => ({
    ...o,
    [head]: tail === undefined ? value : { ...((o as unknown as Doc)[head] as object), [tail]: value },
  }))
}

function withLast(story: Scenario, fields: object): Scenario {
  const last = story.events.length - 1
  return changed(story, (o, i) => (i === last ? { ...o, ...fields } : o))
}

function changed(story: Scenario, change: (o: Observation, i: number) => object): Scenario {
  return {
    ...story,
    events: story.events.map(({ observation, ends }, i) => ({ ends, observation: change(observation, i) as Observation })),
  }
}

const timedAt = (o: Observation, at: Micros): object => ({
  ...o,
  at,
  ...('first' in o ? { first: at } : {}),
  ...('startedAt' in o ? { startedAt: at } : {}),
})

/** No two things at once. */
function apart(story: Scenario): Scenario {
  let latest = 0
  return changed(story, (o) => {
    latest = Math.max(o.at, latest + SECOND)
    return timedAt(o, latest)
  })
}

/** All of it takes `factor` times as long, and begins when the site has learnt. */
function stretched(story: Scenario, factor: number): Scenario {
  const { at } = story.events[0]!.observation
  const from = story.events.find(({ observation }) => observation.kind !== 'coverage.reported')!.observation.at
  return learnt(
    changed(story, (o) => timedAt(o, o.kind === 'coverage.reported' ? o.at : from + Math.round((o.at - from) * factor))),
    at,
  )
}

function learnt(story: Scenario, startedAt: Micros): Scenario {
  if (story.events[0]!.observation.kind === 'coverage.reported') return story
  return { ...story, events: [quiet(story, startedAt - 3 * HOUR), ...story.events] }
}

/** The story begins so long after the first thing seen. */
function moved(story: Scenario, us: Micros): Scenario {
  const { at } = story.events[0]!.observation
  return { ...story, events: [quiet(story, at), ...changed(story, (o) => timedAt(o, o.at + us)).events] }
}

/** Something that no rule speaks of. */
function quiet(story: Scenario, at: Micros): Scenario['events'][number] {
  const [{ observation }] = story.events as [Scenario['events'][number]]
  const { site, sensor, client, server, evidence } = observation
  const said = { kind: 'coverage.reported', site, sensor, at, client, server, directionKnown: true, protocol: 'any', evidence }
  const counts = { packets: 0, bytes: 0, messages: 0, anomalies: 0, undecoded: 0, dropped: 0 }
  return { ends: { client: undefined, server: undefined }, observation: { ...said, ...counts } as Observation }
}
