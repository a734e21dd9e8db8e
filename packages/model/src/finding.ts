/** From one rule's match to work for people: finding, alert, incident. */
import type { ChangeKind, Excess } from './control.ts'
import type { Endpoint, Evidence, Micros } from './endpoint.ts'
import type { Level, ObservationKind } from './observation.ts'

/** One rule, one moment. */
export type Finding = {
  readonly id: string
  readonly site: string
  readonly rule: string
  readonly ruleTitle: string
  /** Hash of the rule's meaning: the same version gives the same answer on the same bytes. */
  readonly ruleVersion: string
  readonly engine: 'operation' | 'policy' | 'anomaly' | 'threat' | 'violation' | 'custom'
  readonly level: Level
  /** ATT&CK ids: `T0843`, `T1021.001`. */
  readonly attack: readonly string[]
  readonly at: Micros
  readonly first: Micros
  readonly count: number
  readonly client: Endpoint
  readonly server: Endpoint
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly user: string | undefined
  readonly protocol: string
  readonly observed: ObservationKind
  /** The observation's own fields that the rule looked at or that triage needs, for the sentence and the page. */
  readonly fields: Readonly<Record<string, string | number | boolean>>
  readonly evidence: readonly Evidence[]
  /** The suppression that keeps it from raising an alert. */
  readonly suppressedBy?: string | undefined
  /** The authorised change that explains it. */
  readonly authorisedBy?: string | undefined
}

/** The change that explains every finding of an alert. */
export type Authorisation = {
  readonly change: string
  readonly kind: ChangeKind
  readonly reference: string
  readonly title: string
  /** In a sentence: which change, for what, until when. */
  readonly says: string
}

/** A change that an alert goes beyond. */
export type Exceeded = {
  readonly change: string
  readonly kind: ChangeKind
  readonly reference: string
  readonly exceeds: readonly Excess[]
  /** In words: `the downloaded program's hash is not the expected one`. */
  readonly says: string
}

/**
 * How a rule speaks to people. Lines may hold `{placeholders}`: a field of the observation, or `{client}`,
 * `{server}`, `{at}`, `{count}`, `{user}`. Part of a rule's content, filled in when an alert is raised.
 */
export type Wording = {
  /** The rule's name. */
  readonly rule: string
  readonly engine: Finding['engine']
  readonly title: string
  /** What happened, in one sentence. */
  readonly what: string
  readonly means: string
  readonly checkFirst: readonly string[]
  readonly doNot: readonly string[]
  readonly triage: readonly string[]
  readonly procedure: string | undefined
}

/** One technique of MITRE ATT&CK, as the content carries it. */
export type Technique = {
  readonly name: string
  readonly tactics: readonly string[]
  readonly domain: 'ics' | 'enterprise'
}

/** A reason the score is what it is; an alert's score is the sum of its parts, capped at 100. */
export type ScorePart = { readonly why: string; readonly points: number }

export type AlertState = 'new' | 'acknowledged' | 'in-progress' | 'resolved'
export type Resolution = 'true-positive' | 'false-positive' | 'benign' | 'duplicate'

/** Findings worth a person: one story between the same hosts. */
export type Alert = {
  readonly id: string
  readonly site: string
  readonly title: string
  /** What happened, in a sentence for somebody who never saw a plant. */
  readonly what: string
  /** What it means for the process. */
  readonly means: string
  readonly checkFirst: readonly string[]
  readonly doNot: readonly string[]
  readonly level: Level
  readonly score: number
  readonly scoreParts: readonly ScorePart[]
  readonly attack: readonly string[]
  readonly rules: readonly string[]
  readonly client: Endpoint
  readonly server: Endpoint
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  /** What people call the two ends: the asset's name, else its address. */
  readonly clientName: string
  readonly serverName: string
  readonly clientPurdue: number | undefined
  readonly serverPurdue: number | undefined
  /** The ATT&CK tactic of its strongest finding, in words: `lateral movement`. */
  readonly tactic: string
  readonly users: readonly string[]
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly findings: readonly string[]
  readonly findingCount: number
  readonly incident: string | undefined
  readonly procedure: string | undefined
  readonly evidence: readonly Evidence[]
  /** An alert of authorised work is informational. */
  readonly authorised?: Authorisation | undefined
  /** An alert that goes beyond a change is critical. */
  readonly exceeds?: readonly Exceeded[] | undefined
}

/** One step of an intrusion on the incident's timeline. */
export type IncidentStep = {
  readonly at: Micros
  readonly alert: string
  readonly title: string
  readonly tactic: string
  readonly attack: readonly string[]
  readonly level: Level
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly client: string
  readonly server: string
  readonly clientPurdue: number | undefined
  readonly serverPurdue: number | undefined
  /** Why this alert belongs to the incident: shares a host, an identity, follows in time. */
  readonly link: string
}

/** Alerts that are one intrusion, from where it entered to what it touched. */
export type Incident = {
  readonly id: string
  readonly site: string
  readonly title: string
  readonly summary: string
  readonly level: Level
  readonly score: number
  readonly state: 'open' | 'contained' | 'closed'
  /** The incident that took this one's alerts over once they proved to be one intrusion; it is then closed and empty. */
  readonly mergedInto: string | undefined
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly assets: readonly string[]
  readonly hosts: readonly string[]
  readonly users: readonly string[]
  readonly attack: readonly string[]
  readonly reachesOt: boolean
  readonly alerts: readonly string[]
  readonly steps: readonly IncidentStep[]
}
