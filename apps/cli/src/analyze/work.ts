/** What only the changes carry, each in its last state: findings, alerts, incidents, and the sessions that left the tracker's memory. */
import type { Alert, Batch, Finding, Incident, Session } from '@isthmus/model'
import { followed, type Site, type SiteChanges } from '@isthmus/site'
import { SessionShelf } from './session-shelf.ts'

export type WorkCaps = { readonly sessions: number; readonly findings: number }

/** Held for the report; the tracker bounds its own tables the same way. */
const DEFAULT_CAPS: WorkCaps = { sessions: 200_000, findings: 100_000 }

/** Rows that are made one by one as they are read: there may be too many to have all at once. */
export type Rows<T> = Iterable<T> & { readonly length: number }

const ENDED: ReadonlySet<Session['state']> = new Set(['closed', 'rejected', 'reset', 'expired'])

export class Work {
  readonly #site: Site
  readonly #caps: WorkCaps
  readonly #ended = new SessionShelf()
  readonly #findings = new Map<string, Finding>()
  readonly #alerts = new Map<string, Alert>()
  readonly #incidents = new Map<string, Incident>()
  #missedSessions = 0
  #missedFindings = 0

  constructor(site: Site, caps: WorkCaps = DEFAULT_CAPS) {
    this.#site = site
    this.#caps = caps
  }

  /** Sessions that left memory come back before their next count, or that count would begin at zero. */
  recall({ observations }: Batch): void {
    const { sessions } = this.#site.tracker
    const back: Session[] = []
    for (const o of observations) {
      const known = o.kind === 'session.updated' && !sessions.has(o.id) ? this.#ended.get(o.id) : undefined
      if (known !== undefined) back.push(known)
    }
    if (back.length > 0) this.#site.load({ sessions: back })
  }

  take(changes: SiteChanges): void {
    for (const session of changes.sessions) {
      if (!ENDED.has(session.state)) this.#ended.delete(session.id)
      else if (this.#ended.size < this.#caps.sessions || this.#ended.has(session.id)) this.#ended.put(session)
      else this.#missedSessions++
    }
    for (const finding of changes.findings) if (!hold(this.#findings, finding, this.#caps.findings)) this.#missedFindings++
    for (const alert of changes.alerts) this.#alerts.set(alert.id, alert)
    for (const incident of changes.incidents) this.#incidents.set(incident.id, incident)
  }

  /**
   * Everything in its last state, sessions in the order of their beginning; what names an asset that turned out to be a part of
   * another names that one. To be called once, at the end.
   */
  result(): {
    sessions: Rows<Session>
    findings: Finding[]
    alerts: Alert[]
    incidents: Incident[]
    missed: Readonly<Record<string, number>>
  } {
    const { tracker } = this.#site
    const current = (asset: string): string => tracker.current(asset)
    const sessions = this.#ended
    for (const session of tracker.sessions.values()) {
      if (sessions.has(session.id)) continue
      sessions.put(session)
      if (ENDED.has(session.state)) this.#missedSessions--
    }
    const missed = { sessions: this.#missedSessions, findings: this.#missedFindings }
    return {
      sessions: { length: sessions.size, [Symbol.iterator]: () => Iterator.from(sessions).map((row) => followed(row, current)) },
      findings: [...this.#findings.values()].map((row) => followed(row, current)),
      alerts: [...this.#alerts.values()].map((row) => followed(row, current)),
      incidents: [...this.#incidents.values()],
      missed: Object.fromEntries(Object.entries(missed).filter(([, n]) => n > 0)),
    }
  }
}

/** False when there is no room for one more. */
function hold<T extends { readonly id: string }>(rows: Map<string, T>, row: T, cap: number): boolean {
  if (rows.size >= cap && !rows.has(row.id)) return false
  rows.set(row.id, row)
  return true
}
