/** What had been learnt and is the measure of a finding, as sentences for people. */
import type { Hours, Learned, Remembered } from '@isthmus/detect'
import { type Finding, hostOf } from '@isthmus/model'
import type { GroundRow } from '@isthmus/site'
import { isoOf } from '../http/wire.ts'
import type { RuleBrief } from './rules-in-force.ts'

const MAX_SENTENCES = 20

type Basis = { readonly group: string; readonly since: string; readonly finding: Finding; readonly remembered: Remembered | undefined }

/**
 * @param grounds of these findings: what was known when each was told
 * @param learntSince event time of the site's first observation; undefined where nothing was learnt
 */
export function baselineOf(
  memory: RuleBrief['memory'],
  groupBy: readonly string[],
  findings: readonly Finding[],
  grounds: readonly GroundRow[],
  learntSince: number | undefined,
): string[] {
  if (memory === undefined) return []
  const say = SENTENCES[memory]
  const since = learntSince === undefined ? '' : ` since ${minuteOf(learntSince)}`
  const rememberedBy = new Map(grounds.map(({ finding, first }) => [finding, first.remembered]))
  const sentences = findings.flatMap((finding) => {
    const group = groupBy
      .flatMap((name) => {
        const shown = shownOf(finding, name)
        return shown === undefined ? [] : [`${name} ${shown}`]
      })
      .join(', ')
    return say({ group, since, finding, remembered: rememberedBy.get(finding.id) }) ?? []
  })
  return [...new Set(sentences)].slice(0, MAX_SENTENCES)
}

/** Undefined where the sentence of the rule says it all. */
const SENTENCES: Readonly<Record<NonNullable<RuleBrief['memory']>, (basis: Basis) => string | undefined>> = {
  group: ({ group, since }) => `Not met before${since}: ${group}.`,
  habit({ group, since, finding: { fields } }) {
    return `Habit “${fields.habit}” of ${group}: measured ${fields.measured}, learnt up to ${fields.limit}${since}.`
  },
  range({ group, since, finding: { fields }, remembered }) {
    const row = remembered?.learned[0]
    const range = row === undefined || row.min === null ? '' : `, ${limitsOf(row)}`
    return `Range of ${group}${range}${since}: ${fields.value ?? 'the value'} is outside.`
  },
  volume: ({ group, finding: { fields } }) => `Volume of ${group}: ${fields.excess}.`,
  changed: ({ group, finding: { fields } }) => `Shown last by ${group}: ${fields.previous}.`,
  outside_hours({ group, finding, remembered }) {
    const hours = remembered?.rows[0]?.[1].entries[0]?.[1] as Hours | undefined
    if (hours === undefined) return undefined
    return `Hours (UTC) at which ${group} was seen by then: working days ${hoursOf(hours.workdays, hours, finding.at)}, weekends ${hoursOf(hours.weekends, hours, finding.at)}.`
  },
  overdue({ group, finding: { fields }, remembered }) {
    const [last] = remembered?.heard[0] ?? []
    const came = last === undefined ? '' : ` Last: ${minuteOf(last)}.`
    return `Longest pause of ${group}: ${fields.usual} minutes. Away for ${fields.silent} minutes in which the site was heard.${came}`
  },
  implausible({ group, since, finding: { fields } }) {
    return `Model of ${group}${since}: ${fields.farthest} was ${fields.measured}, expected ${fields.expected} (${fields.distance} times what is allowed).`
  },
  unheeded: () => undefined,
  disagreeing: () => undefined,
  many_new: ({ group, since, finding: { fields } }) => `Different points met by ${group}${since}: about ${fields.known}.`,
}

function limitsOf({ min, max, people }: Learned): string {
  const isSet = people !== null && (people.min !== null || people.max !== null)
  return `${isSet ? `set by ${people.by} to` : 'learnt between'} ${people?.min ?? min} and ${people?.max ?? max}`
}

/** The hour at hand was added when it was told. */
function hoursOf(bits: number, { addedAt }: Hours, at: number): string {
  const own = addedAt === at ? new Date(at / 1000).getUTCHours() : -1
  const hours = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => (bits & (1 << hour)) !== 0 && hour !== own)
  return hours.length === 0 ? 'none' : hours.join(', ')
}

function minuteOf(at: number): string {
  return `${isoOf(at).slice(0, 16).replace('T', ' ')} UTC`
}

/** Undefined where the finding does not say it: a device without parts names none. */
function shownOf(finding: Finding, name: string): string | undefined {
  if (name === 'client' || name === 'server') return hostOf(finding[name]) || 'several hosts'
  const value = finding.fields[name] ?? (finding as unknown as Record<string, unknown>)[name]
  return value === undefined ? undefined : String(value)
}
