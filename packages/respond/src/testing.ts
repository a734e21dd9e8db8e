/** Assets and findings in a line each, for the tests of this package. */
import type { Asset, Finding, Level, Technique, Wording } from '@isthmus/model'
import { createDesk, type Desk } from './desk.ts'
import type { Ends } from './host.ts'

export const MINUTE = 60e6
export const HOUR = 3600e6
export const START = 1_772_439_000_000_000 // 2026-03-02 08:10:00 UTC

export const TECHNIQUES: Readonly<Record<string, Technique>> = {
  T1046: { name: 'Network Service Discovery', tactics: ['discovery'], domain: 'enterprise' },
  T1071: { name: 'Application Layer Protocol', tactics: ['command-and-control'], domain: 'enterprise' },
  T1110: { name: 'Brute Force', tactics: ['credential-access'], domain: 'enterprise' },
  'T1021.001': { name: 'Remote Desktop Protocol', tactics: ['lateral-movement'], domain: 'enterprise' },
  T0836: { name: 'Modify Parameter', tactics: ['impair-process-control'], domain: 'ics' },
  T0858: { name: 'Change Operating Mode', tactics: ['execution', 'evasion'], domain: 'ics' },
  T0846: { name: 'Remote System Discovery', tactics: ['discovery'], domain: 'ics' },
}

const RULES: Readonly<Record<string, readonly [title: string, level: Level, attack: string, engine: Finding['engine']]>> = {
  scan: ['Many ports tried on one host', 'medium', 'T1046', 'threat'],
  guess: ['Many failed logins', 'high', 'T1110', 'threat'],
  desktop: ['Remote desktop from IT into the plant', 'medium', 'T1021.001', 'policy'],
  setpoint: ['A set-point outside its range so far', 'medium', 'T0836', 'anomaly'],
  stop: ['Controller stopped', 'high', 'T0858', 'operation'],
  lookup: ['Unusual name lookups', 'low', 'T1071', 'anomaly'],
}

export const WORDING: readonly Wording[] = [
  {
    rule: 'stop',
    engine: 'operation',
    title: 'Controller stopped',
    what: '{client} told {server} to stop: it no longer runs its program.',
    means: 'Outputs of {server} hold or fall to their safe state.',
    checkFirst: ['Is a stop of {server} planned for {at}?'],
    doNot: ['Do not restart {server} before the control room agrees.'],
    triage: ['Who was signed in at {client}?', 'What is {nothing}?'],
    procedure: 'controller-stopped',
  },
]

/** Hosts of a small plant, by name: level 4 is the office, 3 engineering, 1 a controller. */
const HOSTS: Readonly<Record<string, readonly [ip: string, type: Asset['type'], level: number | undefined]>> = {
  'WS-12': ['10.9.0.12', 'workstation', 4],
  'WS-13': ['10.9.0.13', 'workstation', 4],
  'ENG-04': ['10.1.1.9', 'engineering-station', 3],
  'PLC-3': ['10.1.2.20', 'plc', 1],
  'PLC-4': ['10.1.2.21', 'plc', 1],
}

export function host(name: string): Asset {
  const [ip, type, level] = HOSTS[name]!
  const isPlc = type === 'plc'
  return {
    id: `ast-${name}`,
    names: [name],
    ips: [ip],
    type,
    purdueLevel: level,
    isExternal: false,
    overrides: {},
    vendor: isPlc ? 'Siemens' : undefined,
    model: isPlc ? 'S7-1200' : undefined,
  } as unknown as Asset
}

export type Told = { readonly finding: Finding; readonly ends: Ends }

/** `rule` seen from one host to another, `minutes` after the start. */
export function told(rule: string, from: string, to: string, minutes: number, more: Partial<Finding> = {}): Told {
  const [ruleTitle, level, attack, engine] = RULES[rule]!
  const at = START + minutes * MINUTE
  const ends = { client: host(from), server: host(to) }
  const finding: Finding = {
    id: `fnd-${rule}-${from}-${to}-${minutes}`,
    site: 's',
    rule,
    ruleTitle,
    ruleVersion: 'v-1',
    engine,
    level,
    attack: [attack],
    at,
    first: at,
    count: 1,
    client: { ip: HOSTS[from]![0], mac: undefined, port: 40_000 + minutes },
    server: { ip: HOSTS[to]![0], mac: undefined, port: 502 },
    clientAsset: ends.client.id,
    serverAsset: ends.server.id,
    user: undefined,
    protocol: 'p',
    observed: 'mode.changed',
    fields: {},
    evidence: [{ capture: 'c', packets: [minutes + 1, minutes + 1], bytes: [0, 60] }],
    ...more,
  }
  return { finding, ends }
}

export function desk(): Desk {
  return createDesk('s', { techniques: TECHNIQUES, wording: WORDING })
}

export function deskOf(stories: readonly Told[]): Desk {
  const made = desk()
  for (const { finding, ends } of stories) made.take(finding, ends)
  return made
}
