/** What the incident pages show, worked out without a browser. */
import type { IncidentDetail, IncidentState, WorkEvent } from '../../api/types.ts'
import { words } from '../../ui/format.ts'

export const STATES: readonly (readonly [IncidentState, string])[] = [
  ['open', 'Open'],
  ['contained', 'Contained'],
  ['closed', 'Closed'],
]

export function stateWord(state: IncidentState): string {
  return STATES.find(([id]) => id === state)?.[1] ?? words(state)
}

export function eventText(event: WorkEvent): string {
  const who = event.by?.displayName ?? 'Isthmus'
  return `${who}: ${event.text ?? `${words(event.kind).toLowerCase()} ${event.to ?? ''}`}`.trim()
}

/** The way in and the deepest place reached, in one line: `L4 Business → L1 Control`. */
export function reach(incident: Pick<IncidentDetail, 'steps'>): readonly [from: number, to: number] | undefined {
  const levels = incident.steps.flatMap((step) => [step.clientPurdue, step.serverPurdue]).filter((level) => level !== undefined)
  return levels.length === 0 ? undefined : [Math.max(...levels), Math.min(...levels)]
}

/** Assets that were acted on inside the plant: level 2 and below, in order of first touch. */
export function touched(incident: Pick<IncidentDetail, 'steps'>): readonly string[] {
  const found = incident.steps
    .filter((step) => step.serverAsset !== undefined && (step.serverPurdue ?? 9) <= 2)
    .map((step) => step.serverAsset!)
  return [...new Set(found)]
}
