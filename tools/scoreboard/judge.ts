/** From observations and findings to a level a sub-step. Nothing but what the platform saw and said enters a judgement. */
import { type Evidence, type Finding, type Micros, type Observation, showEndpoint, type Technique } from '@isthmus/model'
import type { Criterion } from './criteria.table.ts'
import type { SubStep } from './substeps.ts'

/** The evaluation's levels, from least to most. */
export const LEVELS = ['none', 'telemetry', 'general', 'tactic', 'technique'] as const
export type Level = (typeof LEVELS)[number]

export type Verdict = {
  readonly step: SubStep
  readonly level: Level
  /** The kinds of observation that met the criterion. */
  readonly seen: readonly string[]
  /** The rules that spoke of it, those of the level first. */
  readonly rules: readonly string[]
}

/** A statement may be made a little after the bytes: sessions are told when they end or expire. */
const LATE: Micros = 90_000_000

export type Window = { readonly from: Micros; readonly to: Micros }

type Heard = { readonly connection: string; readonly evidence: Evidence }

/** Gathers, while a capture is read, what meets the criterion of a sub-step at its time, and what its connections say besides. */
export class Witness {
  readonly #criterion: Criterion
  readonly #window: Window
  readonly #servers = new Set<string>()
  readonly #kinds = new Set<string>()
  readonly #met = new Set<string>()
  readonly #heard: Heard[] = []

  constructor(criterion: Criterion, { from, to }: Window) {
    this.#criterion = criterion
    this.#window = { from, to: to + LATE }
  }

  hear(o: Observation): void {
    if (!overlaps(this.#window, 'first' in o ? o.first : o.at, o.at)) return
    const { hosts, seen } = this.#criterion
    const ends = [o.client.ip, o.server.ip]
    if (!hosts.every((host) => ends.includes(host))) return
    const connection = `${showEndpoint(o.client)} ${showEndpoint(o.server)}`
    this.#heard.push({ connection, evidence: o.evidence })
    if (!seen(o)) return
    this.#servers.add(o.server.ip ?? '')
    this.#kinds.add(o.kind)
    this.#met.add(connection)
  }

  get isSeen(): boolean {
    return this.#servers.size >= (this.#criterion.servers ?? 1)
  }

  get kinds(): string[] {
    return [...this.#kinds]
  }

  /** A finding speaks of the sub-step when it names one of its hosts and rests on packets of the connections that met the criterion. */
  isAbout(f: Finding): boolean {
    const ends = [f.client.ip, f.server.ip]
    if (!overlaps(this.#window, f.first, f.at) || !this.#criterion.hosts.some((host) => ends.includes(host))) return false
    return this.#heard.some(({ connection, evidence }) => this.#met.has(connection) && f.evidence.some((its) => isSame(its, evidence)))
  }
}

export function judge(
  step: SubStep,
  witness: Witness,
  findings: readonly Finding[],
  techniques: Readonly<Record<string, Technique>>,
): Verdict {
  if (!witness.isSeen) return { step, level: 'none', seen: [], rules: [] }
  const ranked = findings
    .filter((finding) => witness.isAbout(finding))
    .map((finding) => ({ rule: finding.rule, level: levelOf(finding, step, techniques) }))
    .sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level))
  const rules = [...new Set(ranked.map(({ rule }) => rule))]
  return { step, level: ranked[0]?.level ?? 'telemetry', seen: witness.kinds, rules }
}

function levelOf(finding: Finding, step: SubStep, techniques: Readonly<Record<string, Technique>>): Level {
  if (finding.attack.includes(step.technique)) return 'technique'
  return finding.attack.some((id) => techniques[id]?.tactics.includes(step.tactic)) ? 'tactic' : 'general'
}

function overlaps(window: Window, first: Micros, last: Micros): boolean {
  return first <= window.to && last >= window.from
}

function isSame(a: Evidence, b: Evidence): boolean {
  return a.capture === b.capture && a.packets[0] <= b.packets[1] && b.packets[0] <= a.packets[1]
}
