/** Observations and rules in a line each, for the tests of this package. */
import type { Asset, Endpoint, Finding, Observation, ObservationKind } from '@isthmus/model'
import { compileRules } from './compile.ts'
import { createDetector, type Detector } from './detector.ts'
import type { Regex, RuleSet } from './rule.ts'

export const SECOND = 1e6
export const MINUTE = 60e6
export const HOUR = 3600e6

/** Tests trust their own patterns; applications inject RE2. */
export const testRegex: Regex = (pattern, flags) => {
  const compiled = new RegExp(pattern, flags)
  return (text) => compiled.test(text)
}

export function end(ip: string, port?: number): Endpoint {
  return { ip, mac: undefined, port }
}

/** `at` in microseconds from an arbitrary start; a second of it is one packet. */
export function see(kind: ObservationKind, at: number, fields: Record<string, unknown> = {}): Observation {
  const packet = Math.floor(at / SECOND) + 1
  return {
    kind,
    site: 's',
    sensor: 'one',
    at: 1_700_000_000_000_000 + at,
    client: end('10.0.0.1', 40_000),
    server: end('10.0.0.2', 502),
    directionKnown: true,
    protocol: 'p',
    evidence: { capture: 'c', packets: [packet, packet], bytes: [0, 60] },
    ...fields,
  } as unknown as Observation
}

/** An asset of which only what a test names is known. */
export function asset(known: Partial<Asset>): Asset {
  return { id: 'ast-1', names: [], roles: [], role: '', type: 'unknown', isExternal: false, purdueLevel: undefined, ...known } as Asset
}

export function rulesOf(...documents: object[]): RuleSet {
  return compileRules(
    documents.map((document, i) => ({ file: `${i}.yaml`, document })),
    { regex: testRegex },
  )
}

/** A rule on one kind with one selection. */
export function rule(name: string, kind: ObservationKind, selection: unknown, more: object = {}): object {
  const category = kind.replace('.', '_')
  return { title: name, name, logsource: { product: 'isthmus', category }, detection: { selection, condition: 'selection' }, ...more }
}

/** Learns for a microsecond unless told otherwise: what comes after the first observation may be new. */
export function detectorOf(documents: object[], learningUs = 1): Detector {
  const { rules, errors } = rulesOf(...documents)
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return createDetector(rules, { site: 's', learningUs })
}

export const NOBODY = { client: undefined, server: undefined }

/** Everything rules say of observations, to the end. */
export function run(documents: object[], observations: Observation[], learningUs = 1): Finding[] {
  const detector = detectorOf(documents, learningUs)
  return [...observations.flatMap((o) => [...detector.evaluate(o, NOBODY)]), ...detector.finish()]
}

export const many = (n: number, make: (i: number) => Observation) => Array.from({ length: n }, (_, i) => make(i))
export const failed = (at: number, more: object = {}) =>
  see('login.tried', at, { ok: false, user: 'u', domain: '', method: 'm', count: 1, first: 1_700_000_000_000_000 + at, ...more })
export const BASE = rule('failed', 'login.tried', { ok: false })
export const count = (correlation: object) => ({
  title: 'c',
  name: 'c',
  level: 'high',
  correlation: { type: 'event_count', rules: ['failed'], 'group-by': ['client', 'server'], timespan: '1m', ...correlation },
})

export const STEPS = [
  rule('stop', 'mode.changed', { mode: 'stop' }),
  rule('load', 'program.downloaded', { ok: true }),
  rule('start', 'mode.changed', { mode: 'run' }),
]
export const steps = (type: string) => ({
  title: type,
  name: type,
  correlation: { type, rules: ['stop', 'load', 'start'], 'group-by': ['client', 'server'], timespan: '10m' },
})
export const mode = (m: string, at: number) => see('mode.changed', at, { mode: m, by: 'command', detail: '', ok: true })
export const load = (at: number) =>
  see('program.downloaded', at, { section: 'OB1', sectionType: '', bytes: 1, hash: undefined, user: '', ok: true })
