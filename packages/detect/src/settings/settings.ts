/**
 * What people set for detection: engines and rules on or off, levels, thresholds. A document of settings is held
 * against the rules in force; what it says that no rule can take is refused by name, and the rest holds.
 */
import { LEVELS, type Level } from '@isthmus/model'
import { ENGINES } from '../engines.ts'
import { isMap } from '../refused.ts'
import type { Engine, Rule, RuleSource } from '../rule.ts'
import { complaint, short, type Threshold, thresholdsOf } from './threshold.ts'

/** `on`, `level`, and thresholds by their keys. */
export type RuleSetting = Readonly<Record<string, boolean | number | string>>

export type DetectionSettings = {
  readonly engines: Readonly<Partial<Record<Engine, boolean>>>
  readonly rules: Readonly<Record<string, RuleSetting>>
}

export const NO_SETTINGS: DetectionSettings = { engines: {}, rules: {} }

/** What was refused: where in the document, and why. */
export type SettingError = { readonly path: string; readonly reason: string }

/** What may be set of one rule document. */
export type Settable = {
  readonly name: string
  readonly file: string
  /** False for one that only feeds others: it has thresholds, and nothing to switch off. */
  readonly speaks: boolean
  readonly engine: Engine
  readonly level: Level
  readonly thresholds: readonly Threshold[]
}

export type Catalogue = ReadonlyMap<string, Settable>

/** Complaints that are told; what else is wrong is counted. */
const MAX_ERRORS = 100

/** `rules` are what these documents compile to, without settings. */
export function catalogueOf(sources: readonly RuleSource[], rules: readonly Rule[]): Catalogue {
  const documents = new Map(
    sources.flatMap(({ document }) => (isMap(document) && !(document instanceof Error) ? [[nameOf(document), document] as const] : [])),
  )
  return new Map(
    rules.map(({ name, file, generates, engine, level }) => [
      name,
      { name, file, speaks: generates, engine, level, thresholds: thresholdsOf(name, documents.get(name) ?? {}) },
    ]),
  )
}

/** The name a document goes by, as the compiler takes it. */
export function nameOf(document: Record<string, unknown>): string {
  const { name, id, title } = document
  return typeof name === 'string' ? name : typeof id === 'string' ? id : String(title)
}

export function readSettings(document: unknown, catalogue: Catalogue): { settings: DetectionSettings; errors: readonly SettingError[] } {
  const errors: SettingError[] = []
  const refuse = (path: string, reason: string) => errors.push({ path, reason })
  if (document === undefined || document === null) return { settings: NO_SETTINGS, errors }
  if (!isMap(document) || document instanceof Error) {
    const reason = document instanceof Error ? `this is no YAML: ${document.message}` : 'settings are a map with engines and rules'
    return { settings: NO_SETTINGS, errors: [{ path: '', reason }] }
  }
  for (const key of Object.keys(document))
    if (key !== 'engines' && key !== 'rules') refuse(short(key).slice(1, -1), 'settings have engines and rules, and nothing else')
  const engines = new Map<string, boolean>()
  for (const [name, value] of entriesOf(document.engines, 'engines', refuse)) {
    const on = switchOf(value)
    if (!ENGINES.has(name)) refuse(`engines.${clip(name)}`, `no engine of this name: one of ${[...ENGINES].join(', ')}`)
    else if (on === undefined) refuse(`engines.${name}`, `an engine is on or off, not ${short(value)}`)
    else engines.set(name, on)
  }
  const rules = new Map<string, RuleSetting>()
  for (const [name, value] of entriesOf(document.rules, 'rules', refuse)) {
    const settable = catalogue.get(name)
    if (settable === undefined) {
      refuse(`rules.${clip(name)}`, 'no rule of this name')
      continue
    }
    const setting = entriesOf(value, `rules.${name}`, refuse).flatMap(([key, given]) => readOne(settable, key, given, refuse))
    if (setting.length > 0) rules.set(name, Object.fromEntries(setting))
  }
  return { settings: { engines: Object.fromEntries(engines), rules: Object.fromEntries(rules) }, errors: shorten(errors) }
}

type Refuse = (path: string, reason: string) => void

function readOne(settable: Settable, key: string, value: unknown, refuse: Refuse): [string, boolean | number | string][] {
  const path = `rules.${settable.name}.${clip(key)}`
  const no = (reason: string) => {
    refuse(path, reason)
    return []
  }
  if ((key === 'on' || key === 'level') && !settable.speaks) return no(`the rule only feeds others: it has no ${key}`)
  if (key === 'on') {
    const on = switchOf(value)
    return on === undefined ? no(`a rule is on or off, not ${short(value)}`) : [[key, on]]
  }
  if (key === 'level') return LEVELS.includes(value as Level) ? [[key, value as Level]] : no(`level is one of ${LEVELS.join(', ')}`)
  const threshold = settable.thresholds.find((one) => one.key === key)
  if (threshold === undefined) {
    const known = [...(settable.speaks ? ['on', 'level'] : []), ...settable.thresholds.map((one) => one.key)]
    return no(`the rule has no such setting: ${known.length === 0 ? 'it has none' : `one of ${known.join(', ')}`}`)
  }
  const wrong = complaint(threshold, value)
  return wrong === undefined ? [[key, value as number | string]] : no(wrong)
}

/** YAML 1.2 reads `off` as a text. */
function switchOf(value: unknown): boolean | undefined {
  if (value === true || value === 'on') return true
  return value === false || value === 'off' ? false : undefined
}

function entriesOf(value: unknown, path: string, refuse: Refuse): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return []
  if (isMap(value)) return Object.entries(value)
  refuse(path, 'it must be a map')
  return []
}

function clip(name: string): string {
  return name.slice(0, 100)
}

function shorten(errors: readonly SettingError[]): readonly SettingError[] {
  if (errors.length <= MAX_ERRORS) return errors
  return [...errors.slice(0, MAX_ERRORS), { path: '', reason: `and ${errors.length - MAX_ERRORS} more` }]
}

/** The settings of one site over those for all sites: what the site says counts, key by key. */
export function mergeSettings(all: DetectionSettings, site: DetectionSettings): DetectionSettings {
  const names = [...new Set([...Object.keys(all.rules), ...Object.keys(site.rules)])]
  const merged = names.map((name) => [name, { ...(all.rules[name] ?? {}), ...(site.rules[name] ?? {}) }] as const)
  return { engines: { ...all.engines, ...site.engines }, rules: Object.fromEntries(merged) }
}

export function isOff({ engines, rules }: DetectionSettings, rule: string, engine: Engine): boolean {
  return engines[engine] === false || rules[rule]?.on === false
}
