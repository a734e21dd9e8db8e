/** What authorised changes make of a finding on its way into an alert. */
import type { Authorisation, AuthorisedChange, ChangeKind, Exceeded, Excess, Finding, Level, Wording } from '@isthmus/model'
import { ACTIVITY_WORDS } from './activity.ts'
import { EXCEEDED_RULE, EXCEEDED_TITLE, showChange } from './change-words.ts'
import type { AssetWords } from './hosts.ts'
import { showTime } from './time.ts'

export type Effect = {
  /** The level it has in its alert, where that is not its own. */
  readonly level: Level | undefined
  readonly authorised: Authorisation | undefined
  readonly exceeded: Exceeded | undefined
}

export function effectOf(finding: Finding, authorised: Authorisation | undefined): Effect {
  const exceeded = finding.rule === EXCEEDED_RULE ? exceededBy(finding.fields) : undefined
  const level = authorised !== undefined ? 'informational' : exceeded !== undefined ? 'critical' : undefined
  return { level, authorised, exceeded }
}

/** `Work order WO-17 (Replace the dosing logic) covers this: program download on PLC-3 until 2026-03-02 12:00:00 UTC.` */
export function authorisationOf(change: AuthorisedChange, assets: AssetWords): Authorisation {
  const { id, kind, reference, title, activities } = change
  const work = activities.length === 0 ? 'engineering work' : activities.map((activity) => ACTIVITY_WORDS[activity]).join(', ')
  const where = change.assets.map((text) => assets.nameOf(text) ?? text).join(', ')
  const name = showChange(change)
  const says = `${name.slice(0, 1).toUpperCase()}${name.slice(1)} covers this: ${work} on ${where} until ${showTime(change.until)}.`
  return { change: id, kind, reference, title, says }
}

function exceededBy(fields: Finding['fields']): Exceeded {
  return {
    change: String(fields.change),
    kind: fields.kind as ChangeKind,
    reference: String(fields.reference),
    exceeds: String(fields.exceeds).split(' ') as Excess[],
    says: String(fields.says),
  }
}

/** How the finding that no rule of the content raises speaks to people. */
export const EXCEEDED_WORDING: Wording = {
  rule: EXCEEDED_RULE,
  engine: 'operation',
  title: EXCEEDED_TITLE,
  what: '{client} worked on {server} beyond {reference}: {says}.',
  means:
    'Somebody ordered work on the plant, and something else was done under its cover or beside it. What {server} does from then on is not what was agreed.',
  checkFirst: [
    'Ask who works under {reference}: did they do this, and why?',
    'Compare what {server} holds with what {reference} was to bring.',
  ],
  doNot: [
    'Do not load the old program back before the control room knows; loading stops a controller.',
    'Do not cut the session in the middle of a download.',
  ],
  triage: ['Who was signed in at {client} at {at}, and from where?', 'Did {server} stop or start around {at}?'],
  procedure: 'unauthorised-engineering',
}
