/** Observations and rules in a line each, for the tests of this package. */
import type { Asset, Endpoint, Observation, ObservationKind } from '@isthmus/model'
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
