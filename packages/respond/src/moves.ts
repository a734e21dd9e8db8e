/** The states of an alert and an incident, and who may move from which to which: pure, a refusal is a value. */
import type { AlertState, Incident, Resolution } from '@isthmus/model'

export type Refusal = { readonly refused: 'conflict' | 'invalid'; readonly why: string }
export type AlertWork = { readonly state: AlertState; readonly resolution: Resolution | undefined }
export type AlertMove = { readonly to: AlertState; readonly resolution?: Resolution | undefined }
export type IncidentMove = { readonly to: Incident['state'] }

const ALERT_MOVES: Readonly<Record<AlertState, readonly AlertState[]>> = {
  new: ['acknowledged', 'in-progress', 'resolved'],
  acknowledged: ['new', 'in-progress', 'resolved'],
  'in-progress': ['acknowledged', 'resolved'],
  resolved: ['in-progress'],
}

const INCIDENT_MOVES: Readonly<Record<Incident['state'], readonly Incident['state'][]>> = {
  open: ['contained', 'closed'],
  contained: ['open', 'closed'],
  closed: ['open'],
}

/** Resolving needs a resolution; reopening drops it. */
export function moveAlert(work: AlertWork, move: AlertMove): AlertWork | Refusal {
  if (!ALERT_MOVES[work.state].includes(move.to)) {
    return { refused: 'conflict', why: `an alert that is ${work.state} cannot become ${move.to}` }
  }
  if (move.to === 'resolved' && move.resolution === undefined) {
    return { refused: 'invalid', why: 'a resolved alert needs a resolution: true-positive, false-positive, benign or duplicate' }
  }
  if (move.to !== 'resolved' && move.resolution !== undefined) {
    return { refused: 'invalid', why: `a resolution belongs to a resolved alert, not to one that is ${move.to}` }
  }
  return { state: move.to, resolution: move.resolution }
}

/** A merged incident stays closed: its alerts live in the one that took them over. */
export function moveIncident(incident: Incident, move: IncidentMove): Incident | Refusal {
  if (incident.mergedInto !== undefined) {
    return { refused: 'conflict', why: `this incident was merged into ${incident.mergedInto}` }
  }
  if (!INCIDENT_MOVES[incident.state].includes(move.to)) {
    return { refused: 'conflict', why: `an incident that is ${incident.state} cannot become ${move.to}` }
  }
  return { ...incident, state: move.to }
}
