/** What had been learnt and is the measure of a finding, as sentences for people. */
import { type Finding, hostOf } from '@isthmus/model'
import { isoOf } from '../http/wire.ts'
import type { RuleBrief } from './rules-in-force.ts'

const MAX_SENTENCES = 20

/** @param learntSince event time of the site's first observation; undefined where nothing was learnt */
export function baselineOf(
  memory: RuleBrief['memory'],
  groupBy: readonly string[],
  findings: readonly Finding[],
  learntSince: number | undefined,
): string[] {
  if (memory === undefined) return []
  const since = learntSince === undefined ? '' : ` since ${isoOf(learntSince).slice(0, 16).replace('T', ' ')} UTC`
  const sentences = findings.map((finding) => {
    const group = groupBy.map((name) => `${name} ${shownOf(finding, name)}`).join(', ')
    if (memory === 'group') return `Not met before${since}: ${group}.`
    const { habit, measured, limit, low, high, value } = finding.fields
    if (memory === 'habit') return `Habit “${habit}” of ${group}: measured ${measured}, learnt up to ${limit}${since}.`
    const range = low === undefined ? '' : `, learnt between ${low} and ${high}`
    return `Range of ${group}${range}${since}: ${value ?? 'the value'} is outside.`
  })
  return [...new Set(sentences)].slice(0, MAX_SENTENCES)
}

function shownOf(finding: Finding, name: string): string {
  if (name === 'client' || name === 'server') return hostOf(finding[name]) || 'several hosts'
  const value = finding.fields[name] ?? (finding as unknown as Record<string, unknown>)[name]
  return value === undefined ? 'unknown' : String(value)
}
