/** Rules over what was observed before: the same fold as live, from the first observation that is kept, so the same findings. */

import { regex } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { compileRules, createIndicators, type Indicators, type Rule, readIndicators } from '@isthmus/detect'
import type { Finding, Micros, Observation } from '@isthmus/model'
import { createSite, followed, type SiteOptions } from '@isthmus/site'

/** Findings one hunt holds. */
const MAX_FINDINGS = 20_000

export type Given = {
  readonly rules: readonly Rule[]
  readonly indicators: Indicators | undefined
  /** What of the request cannot be used, with line and reason. */
  readonly errors: readonly string[]
}

/** Rules and indicators that are written in the request itself. */
export function readGiven(source: string | undefined, indicators: string | undefined): Given {
  const { rules, errors } = compileRules(source === undefined ? [] : parseRuleFile('request', source), { regex })
  const file = indicators === undefined ? undefined : readIndicators('request', indicators)
  const refused = Object.entries(file?.refused ?? {}).map(([reason, count]) => `${count} indicators: ${reason}`)
  const nothing = file !== undefined && file.indicators.length === 0 ? ['indicators: nothing that can be looked for'] : []
  return {
    rules,
    indicators: file === undefined ? undefined : createIndicators(file.indicators),
    errors: [
      ...errors.map(({ rule, line, reason }) => `${rule || 'rule'}${line === undefined ? '' : `, line ${line}`}: ${reason}`),
      ...refused,
      ...nothing,
    ],
  }
}

export type Question = {
  /** All that is in force, as the fold of the site has it. */
  readonly options: SiteOptions
  readonly given: Given
  /** Rules whose findings are told. Those of the request are told in any case. */
  readonly wants: (rule: string) => boolean
  readonly from: Micros
  readonly to: Micros
}

export type Hunt = {
  take(observation: Observation): void
  /** A finite input was over. */
  end(): void
  /** By id, as they are when everything is known. */
  findings(): readonly Finding[]
  /** Findings beyond what a hunt holds. */
  readonly more: number
}

/**
 * All rules run, whichever are asked for: what one learns may depend on what another finds, and live they all did.
 */
export function createHunt({ options, given, wants, from, to }: Question): Hunt {
  const own = new Set(given.rules.map(({ name }) => name))
  const rules = [...options.rules.filter(({ name }) => !own.has(name)), ...given.rules]
  const site = createSite({ ...options, rules, indicators: joined(options.indicators, given.indicators) })
  const findings = new Map<string, Finding>()
  let more = 0
  let held = 0
  const gather = (): void => {
    held = 0
    for (const finding of site.takeChanges().findings) {
      if (finding.at < from || finding.first > to || !(own.has(finding.rule) || wants(finding.rule))) continue
      if (findings.size < MAX_FINDINGS || findings.has(finding.id)) findings.set(finding.id, finding)
      else more++
    }
  }
  return {
    take(observation) {
      site.applyObservation(observation)
      if (++held >= 2000) gather()
    },
    end() {
      site.finish()
      gather()
    },
    findings() {
      gather()
      const current = (asset: string): string => site.tracker.current(asset)
      return [...findings.values()].map((finding) => followed(finding, current)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    },
    get more() {
      return more
    },
  }
}

function joined(a: Pick<Indicators, 'match'> | undefined, b: Pick<Indicators, 'match'> | undefined): Pick<Indicators, 'match'> | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { match: (observation) => [...a.match(observation), ...b.match(observation)] }
}
