/**
 * Observations, one at a time and in order, → findings. Rules are found by the kind and the values they look at; what is
 * remembered lies in `state`, so that a restart between any two observations changes nothing.
 */
import type { Collection, Finding, Micros, Observation, ObservationKind } from '@isthmus/model'
import { createBaseline, type Judge, type News, PLAIN_NEWS } from './baseline.ts'
import { CLOCK_TABLE, type Clock, isLongPast, tick } from './clock.ts'
import { createCorrelator, type Held } from './correlate.ts'
import { type Candidate, createDispatch, type Dispatch } from './dispatch.ts'
import { groupKey } from './group-key.ts'
import type { Hit, Indicators } from './indicators/match.ts'
import { type BaselineEdit, memoryOf } from './learning/edit.ts'
import { createHolds } from './learning/hold.ts'
import { LearnedTable } from './learning/learned.ts'
import { createPhases, type LearningTimes, plainTimes, type Restarts } from './learning/times.ts'
import { createMemories, type Missed } from './memory/memory.ts'
import { createVolumes } from './memory/volumes.ts'
import { createRaiser, type RuleReport } from './raise.ts'
import type { Remembered } from './remembered.ts'
import type { Ends, Predicate, Rule, Subject } from './rule.ts'
import { sight } from './sighting.ts'
import { DetectorState, type StateRow } from './state.ts'

export type DetectorOptions = {
  readonly site: string
  /**
   * How long a site learns from its first observation: `first_seen`, `outside_range`, `out_of_habit`, `above_usual` and rules of the
   * engine `policy` are silent, all else is not.
   * 0: nothing is learnt, so nothing can be said to be new, and they stay silent but where a rule sets its own time.
   */
  readonly learningUs: Micros
  /** Learning times of later assets and of the dynamic phase; without them learning is followed by the operational phase. */
  readonly learning?: Omit<LearningTimes, 'siteUs'> | undefined
  /** Where a person had learning begin again. */
  readonly restarts?: Restarts | undefined
  /** Known threats; rules that name a field of `indicator` speak of those that an observation shows. */
  readonly indicators?: Pick<Indicators, 'match'> | undefined
  /** How much of the time until a moment was listened to, where the observations do not tell it: for a replay. */
  readonly listenedAt?: ((at: Micros) => Micros) | undefined
}

export type Detector = {
  /** Findings that one observation raises. The same id again means: its count, time and evidence have grown. */
  evaluate(observation: Observation, ends: Ends): readonly Finding[]
  /** Time passes without an observation: what is due by `at` is told. An observation lets its own time pass. */
  hear(at: Micros): readonly Finding[]
  /** What the memory of its rule knew before a finding that the last `evaluate` or `hear` opened; undefined where its rule has none. */
  remembered(finding: Finding): Remembered | undefined
  /** Counts still held back by collapsing: call once, at the end of a finite input. */
  finish(): readonly Finding[]
  readonly state: Collection<StateRow>
  /** What was learnt, and what was told and not approved: rows to keep like those of `state`. */
  readonly learned: Pick<LearnedTable, 'rows' | 'size' | 'takeChanges' | 'load'>
  /** What a person did to a row of it. False: there is none, or the rule has no room for more. */
  edit(edit: BaselineEdit): boolean
  load(rows: Iterable<readonly [string, StateRow]>): void
  /** How often each rule fired, and which are noisy. */
  reports(): readonly RuleReport[]
  /** Rules that failed while running, with the reason: they are switched off, the others work on. */
  readonly failures: ReadonlyMap<string, string>
  /** Remembered entries that had to leave a full table. */
  readonly evicted: number
}

const NONE: readonly Finding[] = []
const NO_RULES: readonly Rule[] = []
const NO_CANDIDATES: readonly Candidate[] = []
/** Correlations of correlations: how deep one match may reach. */
const MAX_CHAIN = 8

export function createDetector(rules: readonly Rule[], options: DetectorOptions): Detector {
  const { site } = options
  const learns = options.learningUs > 0
  const learningUs = learns ? options.learningUs : Number.POSITIVE_INFINITY
  const state = new DetectorState()
  const clock = state.table<Clock>(CLOCK_TABLE, 1, 1)
  const learned = new LearnedTable()
  const phases = createPhases(state, { ...plainTimes(0), ...options.learning, siteUs: learningUs }, options.restarts ?? new Map())
  const holds = createHolds(state, learned)
  const memory = { state, learned, phases, holds, learningUs: options.learningUs }
  const baseline = createBaseline(memory, rules)
  const volumes = createVolumes(memory, rules)
  const memories = createMemories(state, rules, learningUs, options.listenedAt)
  const correlator = createCorrelator(state, rules)
  const raiser = createRaiser(state, site, rules)
  const failures = new Map<string, string>()
  const judges = new Map(rules.map((rule) => [rule, judgeOf(rule)]))
  const byKind = dispatchByKind(
    rules.filter((rule) => !rule.asksIndicator),
    judges,
  )
  const listed = indexByKind(rules.filter((rule) => rule.asksIndicator))
  // One subject for all observations: nothing keeps it.
  const subject = { observation: undefined, client: undefined, server: undefined, learnedAt: 0 } as unknown as Subject

  /** Findings that were opened last, and the group of each rule's memory that they are of. */
  const opened = new Map<string, { readonly rule: Rule; readonly group: string; readonly at: Micros }>()
  /** What became due with the last `pass`. */
  let due: Finding[] | undefined

  /**
   * @param isWord of another product: of a time long past it does not say that this site was listened to then, nor ends its learning
   * @returns the clock at `at`
   */
  function pass(at: Micros, isWord = false): Clock {
    const known = clock.get('clock')
    const isOld = isWord && known !== undefined && isLongPast(known, at)
    const now = isOld ? known : tick(known, at)
    if (!isOld) memories.hear(at)
    if (opened.size > 0) opened.clear()
    due = undefined
    if (now !== known) {
      clock.put('clock', now)
      volumes.hear(at)
      if (known !== undefined && now.minute !== known.minute) due = sweep(at)
    }
    return now
  }

  function evaluate(observation: Observation, ends: Ends): readonly Finding[] {
    const { startedAt } = pass(observation.at, observation.kind === 'alert.received').epochs[0]
    let found = due
    const dispatch = byKind.get(observation.kind)
    const hits = listed.size === 0 ? undefined : options.indicators?.match(observation)
    if (dispatch === undefined && (hits === undefined || hits.length === 0)) return found ?? NONE
    subject.observation = observation
    subject.client = ends.client
    subject.server = ends.server
    subject.learnedAt = phases.siteStart(startedAt) + learningUs
    const candidates = dispatch === undefined ? NO_CANDIDATES : dispatch.candidates(subject)
    for (let i = 0; i < candidates.length; i++) {
      const { rule, matches, judge } = candidates[i]!
      const news = newsOf(rule, matches, judge, startedAt)
      if (news === undefined) continue
      found ??= []
      fire(rule, undefined, news, found, 0)
    }
    return hits === undefined || hits.length === 0 ? (found ?? NONE) : judgeHits(hits, startedAt, found ?? [])
  }

  /** Rules that ask of an indicator, once for each that the observation shows. */
  function judgeHits(hits: readonly Hit[], startedAt: Micros, found: Finding[]): readonly Finding[] {
    for (const hit of hits) {
      subject.indicator = hit
      for (const rule of listed.get(subject.observation.kind) ?? NO_RULES) {
        const news = newsOf(rule, rule.matches, judges.get(rule)!, startedAt)
        if (news !== undefined) fire(rule, undefined, news, found, 0)
      }
    }
    subject.indicator = undefined
    return found
  }

  function judgeOf(rule: Rule): Judge {
    if (rule.memory !== undefined) return memories.judgeOf(rule)
    return (rule.aboveUsual === undefined ? baseline : volumes).judgeOf(rule)
  }

  /** A rule that throws is a bug of ours, not of its input: it is switched off and named. */
  function newsOf(rule: Rule, matches: Predicate | undefined, judge: Judge, startedAt: Micros): News | undefined {
    if (failures.size > 0 && failures.has(rule.name)) return undefined
    try {
      if (matches !== undefined && !matches(subject)) return undefined
      return judge(subject, startedAt)
    } catch (error) {
      failures.set(rule.name, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  function fire(rule: Rule, held: Held | undefined, news: News, found: Finding[], depth: number): void {
    if (rule.generates && !isLearning(rule)) {
      const seen = held?.seen ?? sight(rule, subject)
      Object.assign(seen.fields, news.said)
      seen.count += news.again
      if (news.level !== undefined) seen.level = news.level
      if (news.earlier !== undefined) seen.evidence = [news.earlier, ...seen.evidence]
      if (learns) holds.hear(rule, seen.adopted?.level ?? rule.level, seen.client, seen.at)
      const finding = raiser.raise(rule, held?.group, seen, held?.more ?? seen)
      if (finding !== undefined) found.push(finding)
      if (finding?.count === seen.count && held === undefined) noteOpened(finding, rule)
    }
    if (depth >= MAX_CHAIN) return
    for (const next of correlator.add(rule, subject, held?.more)) fire(next.rule, next, PLAIN_NEWS, found, depth + 1)
  }

  function noteOpened(finding: Finding, rule: Rule): void {
    const memory = rule.memory ?? memoryOf(rule)?.spec
    if (memory !== undefined) opened.set(finding.id, { rule, group: groupKey(memory.groupBy, subject), at: subject.observation.at })
  }

  /** What only breaks a habit says nothing while habits are learnt; a rule with a time of its own decides for itself. */
  function isLearning(rule: Rule): boolean {
    return rule.engine === 'policy' && rule.firstSeen?.afterUs === undefined && learns && subject.observation.at < subject.learnedAt
  }

  function sweep(now: Micros): Finding[] {
    return [...correlator.sweep(now).flatMap(raiseHeld), ...memories.missing(now).flatMap(raiseMissed), ...raiser.sweep(now)]
  }

  function raiseHeld({ rule, group, seen, more }: Held): Finding[] {
    if (learns && rule.generates) holds.hear(rule, rule.level, seen.client, seen.at)
    const finding = rule.generates ? raiser.raise(rule, group, seen, more) : undefined
    return finding === undefined ? [] : [finding]
  }

  function raiseMissed({ rule, of, group, seen }: Missed): Finding[] {
    const finding = rule.generates ? raiser.raise(rule, group, seen, seen) : undefined
    if (finding !== undefined) opened.set(finding.id, { rule, group: of, at: seen.at })
    return finding === undefined ? [] : [finding]
  }

  return {
    evaluate,
    hear(at) {
      pass(at)
      return due ?? NONE
    },
    remembered({ id }) {
      const of = opened.get(id)
      if (of === undefined) return undefined
      if (of.rule.aboveUsual !== undefined) return volumes.remembered(of.rule, of.group, of.at)
      return of.rule.memory === undefined ? baseline.remembered(of.rule, of.group) : memories.remembered(of.rule, of.group, of.at)
    },
    finish: () => raiser.sweep(undefined),
    state: state.rows,
    learned,
    edit(edit) {
      const row = edit.kind === 'forget' ? learned.row(edit.id) : edit.row
      if (row?.kind === 'volume') volumes.edited(row)
      return edit.kind === 'forget' ? baseline.forget(edit.id) : learned.decide(edit.row)
    },
    load: (rows) => state.load(rows),
    reports: raiser.reports,
    failures,
    get evicted() {
      return state.evicted + learned.evicted
    },
  }
}

function dispatchByKind(rules: readonly Rule[], judges: ReadonlyMap<Rule, Judge>): ReadonlyMap<ObservationKind, Dispatch> {
  return new Map([...indexByKind(rules)].map(([kind, of]) => [kind, createDispatch(of, kind, judges)]))
}

function indexByKind(rules: readonly Rule[]): ReadonlyMap<ObservationKind, readonly Rule[]> {
  const index = new Map<ObservationKind, Rule[]>()
  for (const rule of rules) for (const kind of rule.kinds) index.set(kind, [...(index.get(kind) ?? []), rule])
  return index
}
