/** What settings make of the rules: for a site's fold, and for the pages that list rules. */
import { type Content, withSettings } from '@isthmus/content'
import {
  type Catalogue,
  type DetectionSettings,
  type Engine,
  isOff,
  mergeSettings,
  type RuleSetting,
  readSettings,
  type Settable,
} from '@isthmus/detect'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { readStored, storedOf } from './detection-settings.store.ts'
import type { RuleInForce } from './detection-settings.wire.ts'

const held = (doc: unknown, catalogue: Catalogue): DetectionSettings => readSettings(doc, catalogue).settings

/** What is set for this site; undefined where nobody set anything. */
export async function settingsOf(tx: Tx, site: string, content: () => Content): Promise<DetectionSettings | undefined> {
  const [all, own] = [await readStored(tx, null), await readStored(tx, site)]
  if (all === undefined && own === undefined) return undefined
  const { catalogue } = content()
  const settings = mergeSettings(held(all?.doc, catalogue), held(own?.doc, catalogue))
  const isNothing = Object.keys(settings.engines).length === 0 && Object.keys(settings.rules).length === 0
  return isNothing ? undefined : settings
}

/** The content as this site has it; undefined where nobody set anything. */
export async function loadDetection(tx: Tx, site: string, content: () => Content): Promise<Content | undefined> {
  const settings = await settingsOf(tx, site, content)
  return settings && withSettings(content(), settings)
}

type InForce = z.output<typeof RuleInForce>

type Named = { readonly name: string; readonly engine: string }

/** How rules are set in these sites; where no site is, as set for all. A rule that people wrote goes with its engine. */
export async function rulesInForce(tx: Tx, sites: readonly string[], catalogue: Catalogue): Promise<(rule: Named) => InForce> {
  const all = held((await readStored(tx, null))?.doc, catalogue)
  const stored = await storedOf(tx, sites)
  const bySite = new Map(sites.map((site) => [site, mergeSettings(all, held(stored.get(site), catalogue))]))
  const variants = bySite.size === 0 ? [all] : [...bySite.values()]
  const families = new Map<string, Settable[]>()
  for (const settable of catalogue.values()) families.set(settable.file, [...(families.get(settable.file) ?? []), settable])
  return ({ name, engine }) => {
    const rule = catalogue.get(name)
    const where = (holds: (settings: DetectionSettings) => boolean) =>
      [...bySite].filter(([, settings]) => holds(settings)).map(([site]) => site)
    const offIn = where((settings) => isOff(settings, name, engine as Engine))
    if (rule === undefined) return { canSet: false, sites: sites.length, offIn, changedIn: [], thresholds: [] }
    const family = [rule, ...(families.get(rule.file) ?? []).filter((other) => other !== rule && !other.speaks)]
    return {
      canSet: true,
      sites: sites.length,
      offIn,
      changedIn: where((settings) => family.some((one) => isChanged(one, settings.rules[one.name] ?? {}))),
      thresholds: family
        .flatMap((one) => one.thresholds)
        .map(({ path: _, ...threshold }) => {
          const values = new Set(variants.map(({ rules }) => rules[threshold.rule]?.[threshold.key] ?? threshold.default))
          return { ...threshold, value: values.size === 1 ? ([...values][0] as number | string) : null }
        }),
    }
  }
}

function isChanged({ level, thresholds }: Settable, setting: RuleSetting): boolean {
  return (setting.level ?? level) !== level || thresholds.some(({ key, default: usual }) => (setting[key] ?? usual) !== usual)
}

/** What a change changes, a line each, for the audit trail. */
export function changesBetween(before: DetectionSettings, after: DetectionSettings, catalogue: Catalogue): readonly string[] {
  const [was, is] = [flat(before), flat(after)]
  const keys = [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key)).sort()
  return keys.map((key) => {
    const usual = key.startsWith('engines.') || key.endsWith('.on') ? 'on' : usualOf(key, catalogue)
    const say = (value: unknown) =>
      value === undefined ? `as published (${usual})` : value === true ? 'on' : value === false ? 'off' : String(value)
    return `${key}: ${say(was.get(key))} → ${say(is.get(key))}`
  })
}

function usualOf(key: string, catalogue: Catalogue): string {
  const dot = key.lastIndexOf('.')
  const rule = catalogue.get(key.slice('rules.'.length, dot))
  const name = key.slice(dot + 1)
  return String(name === 'level' ? (rule?.level ?? '') : (rule?.thresholds.find((one) => one.key === name)?.default ?? ''))
}

function flat({ engines, rules }: DetectionSettings): Map<string, boolean | number | string> {
  const all = new Map<string, boolean | number | string>(Object.entries(engines).map(([name, on]) => [`engines.${name}`, on]))
  for (const [rule, setting] of Object.entries(rules))
    for (const [key, value] of Object.entries(setting)) all.set(`rules.${rule}.${key}`, value)
  return all
}
