/** What the comments of a slice hold: the basis of its alert, and where its packets are from. */

import { LEVELS, type Level } from '@isthmus/model'
import type { Basis } from './basis.ts'
import type { Verdict } from './replay.ts'

const MANIFEST_SCHEMA = 'isthmus.evidence/1'

export type Manifest = Basis & {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly rules: readonly { readonly name: string; readonly version: string }[]
  /** What the site had beside the rules that come with Isthmus: rules of its own, as YAML, and what was set. */
  readonly content: { readonly texts: readonly string[]; readonly settings: unknown }
  /** In the order in which the site took them. */
  readonly captures: readonly {
    /** As evidence names it. */
    readonly name: string
    /** As people name it. */
    readonly title: string
    /** Runs of packet numbers, ascending. */
    readonly packets: readonly (readonly [first: number, last: number])[]
    /** Packets that are not here, with whose passing the sensor told what it had held back: number and µs since 1970. */
    readonly passed: readonly (readonly [packet: number, at: number])[]
  }[]
  /** How far it reaches beyond the packets that the findings point at. */
  readonly reach: string
  /** What was wanted and found no room. */
  readonly left: { readonly packets: number; readonly bytes: number }
  /** What playing it back gave when it was cut. */
  readonly checked: Pick<Verdict, 'same' | 'differences'>
}

/** Each is read by a pipeline of its own. */
const MAX_CAPTURES = 5000

/** The manifest, or what is wrong with it: anybody may have written it. */
export function readManifest(given: unknown, packets: number): Manifest | string {
  if (!isRecord(given) || given.schema !== MANIFEST_SCHEMA) return 'no slice of Isthmus: its header holds no evidence'
  // Slices that were cut before these were kept have none.
  const json: Json = { passed: [], heard: [], late: [], matched: [], toldAfter: [], ...given }
  const { site, alert, learningUs, captures } = json
  const isWhole =
    typeof site === 'string' &&
    typeof learningUs === 'number' &&
    isRecord(json.content) &&
    isListOf(json.content.texts, (text) => typeof text === 'string') &&
    isAlert(alert) &&
    isListOf(json.findings, isFinding) &&
    isListOf(json.known, isKnownHost) &&
    isListOf(
      json.remembered,
      (one) => isPair(one, 'string') && isRecord(one[1]) && isListOf(one[1].entries, (entry) => isPair(entry, 'string')),
    ) &&
    isListOf(json.restarts, (one) => isPair(one, 'string')) &&
    isListOf(json.learned, isLearned) &&
    isListOf(json.passed, (at) => typeof at === 'number') &&
    isListOf(json.toldAfter, (at) => typeof at === 'number') &&
    isListOf(json.heard, isRun) &&
    isListOf(json.matched, isMatch) &&
    isListOf(json.late, (one) => isPair(one, 'string') && typeof one[1] === 'number') &&
    isListOf(json.indicators, isIndicator) &&
    isControls(json.controls) &&
    isListOf(json.rules, (one) => isRecord(one) && typeof one.name === 'string' && typeof one.version === 'string') &&
    typeof json.reach === 'string' &&
    isRecord(json.left) &&
    typeof json.left.packets === 'number' &&
    isListOf(json.told, (one) => isRecord(one) && typeof one.kind === 'string' && typeof one.at === 'number') &&
    Array.isArray(captures) &&
    captures.length <= MAX_CAPTURES &&
    isListOf(
      captures,
      (one) =>
        isRecord(one) &&
        typeof one.name === 'string' &&
        typeof one.title === 'string' &&
        isListOf(one.packets, isRun) &&
        isListOf(one.passed, isRun),
    )
  if (!isWhole) return 'its evidence is damaged'
  const manifest = json as unknown as Manifest
  const count = manifest.captures.reduce((sum, one) => sum + one.packets.reduce((all, [first, last]) => all + last - first + 1, 0), 0)
  return count === packets ? manifest : `it holds ${packets} packets, its evidence names ${count}`
}

type Json = Record<string, unknown>

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf(value: unknown, is: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is)
}

function isPair(value: unknown, first: string): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === first
}

function isRun(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((n) => typeof n === 'number' && Number.isFinite(n))
}

function isMatch(value: unknown): boolean {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false
  const [, names, hash = null] = value
  return isListOf(names, (name) => typeof name === 'string') && (hash === null || typeof hash === 'string')
}

function isControls(value: unknown): boolean {
  return isRecord(value) && [value.suppressions, value.changes].every((list) => list === undefined || isListOf(list, isRecord))
}

function isLearned(value: unknown): boolean {
  return (
    isRecord(value) && ['id', 'rule', 'memory', 'key'].every((key) => typeof value[key] === 'string') && typeof value.place === 'number'
  )
}

function isIndicator(value: unknown): boolean {
  return isRecord(value) && typeof value.id === 'string' && isListOf(value.alternatives, (terms) => isListOf(terms, isRecord))
}

function isAsset(value: unknown): boolean {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.type !== 'string') return false
  return ['names', 'ips', 'macs', 'roles'].every((key) => isListOf(value[key], (one) => typeof one === 'string'))
}

function isKnownHost(value: unknown): boolean {
  if (!isRecord(value) || typeof value.host !== 'string' || typeof value.at !== 'number') return false
  if (value.asset !== undefined && !isAsset(value.asset)) return false
  return value.became === undefined || isListOf(value.became, (attribute) => typeof attribute === 'string')
}

function isFinding(value: unknown): boolean {
  return isRecord(value) && ['id', 'rule', 'ruleVersion', 'level'].every((key) => typeof value[key] === 'string')
}

function isAlert(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.client) || !isRecord(value.server)) return false
  if (!['id', 'title'].every((key) => typeof value[key] === 'string') || !LEVELS.includes(value.level as Level)) return false
  return (
    typeof value.score === 'number' && typeof value.firstAt === 'number' && ['rules', 'attack'].every((key) => Array.isArray(value[key]))
  )
}
