/** What an alert rests on, put together for people: rules as they were, what had been learnt, packets, the arithmetic of its score. */
import { MEMORY_KEYS, type StateRow } from '@isthmus/detect'
import { EXCEEDED_RULE, EXCEEDED_VERSION } from '@isthmus/respond'
import { parse } from 'yaml'
import type { z } from 'zod'
import type { Library } from '../rules/library.ts'
import { baselineOf } from './baseline.ts'
import type { AlertBasis } from './evidence.store.ts'
import type { AlertEvidence } from './evidence.wire.ts'
import type { RuleBrief } from './rules-in-force.ts'
import type { SliceFile } from './slices.ts'

/** Places shown; the slice holds them all. */
const MAX_PLACES = 500

type Answer = z.output<typeof AlertEvidence>

/** `clock`: of a site that learns. */
export type InForce = { readonly rules: readonly RuleBrief[]; readonly library: Library; readonly clock: StateRow | undefined }

export function evidenceOf(basis: AlertBasis, inForce: InForce, slice: SliceFile | undefined): Answer {
  const { alert, findings, captures } = basis
  const kept = new Map(captures.map((capture) => [capture.id, capture]))
  const named = [...new Set(findings.flatMap(({ evidence }) => evidence.map(({ capture }) => capture)))]
  const sum = alert.scoreParts.reduce((total, { points }) => total + points, 0)
  return {
    alert: alert.id,
    rules: alert.rules.map((name) => ruleOf(name, basis, inForce)),
    score: { parts: alert.scoreParts.map(({ why, points }) => ({ why, points })), sum, score: alert.score },
    packets: findings
      .flatMap(({ id, rule, at, evidence }) =>
        evidence.map((one) => ({ finding: id, rule, at, evidence: one, isKept: kept.has(one.capture) })),
      )
      .slice(0, MAX_PLACES)
      .map((place) => ({
        ...place,
        evidence: { ...place.evidence, packets: [...place.evidence.packets], bytes: [...place.evidence.bytes] },
      })),
    captures: named.map((id) => ({ id, name: kept.get(id)?.name ?? id, isKept: kept.has(id), sha256: kept.get(id)?.sha256 ?? null })),
    slice: slice === undefined ? null : sliceAnswer(slice),
  }
}

export function sliceAnswer({ sha256, bytes, packets, reach, left, same, differences }: SliceFile): NonNullable<Answer['slice']> {
  return { sha256, bytes, packets, reach: reach as NonNullable<Answer['slice']>['reach'], left, same, differences: [...differences] }
}

function ruleOf(name: string, { alert, findings, grounds }: AlertBasis, { rules, library, clock }: InForce): Answer['rules'][number] {
  const own = findings.filter(({ rule }) => rule === name)
  const now = rules.find((rule) => rule.name === name)
  const text = library.rules.find((rule) => rule.name === name)
  return {
    name,
    title: own[0]?.ruleTitle ?? text?.title ?? name,
    level: own[0]?.level ?? now?.level ?? alert.level,
    version: own.at(-1)?.ruleVersion ?? '',
    versionNow: name === EXCEEDED_RULE ? EXCEEDED_VERSION : (now?.version ?? null),
    findings: own.length,
    source: text?.source ?? null,
    baseline: baselineOf(now?.memory, groupNames(text?.source), own, grounds, learntSince(clock)),
  }
}

const MEMORIES = ['first_seen', 'outside_range', 'out_of_habit', 'above_usual', ...MEMORY_KEYS]

/** By which fields a rule remembers, as it is written. */
function groupNames(source: string | undefined): string[] {
  const document = source === undefined ? undefined : (parse(source) as Record<string, { 'group-by'?: unknown } | undefined>)
  const names = MEMORIES.map((key) => document?.[key]).find((memory) => memory !== undefined)?.['group-by']
  return Array.isArray(names) ? names.map(String) : []
}

function learntSince(clock: StateRow | undefined): number | undefined {
  const entry = clock?.entries[0]?.[1] as { epochs?: readonly { startedAt?: number; isOlder?: boolean }[] } | undefined
  return entry?.epochs?.find(({ isOlder }) => !isOlder)?.startedAt
}
