/** What can be done with an incident: each record is button, key, palette entry and permission. */
import type { IncidentDetail } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconBell, IconCheck, IconNote, IconPrinter, IconTarget, IconUser, IconUserPlus } from '../../ui/icons.ts'
import { say } from '../../ui/toast.tsx'
import { assignIncident } from './incidents.api.ts'

export type Ask = 'contained' | 'closed' | 'open' | 'assign' | 'note'
type Subject = {
  readonly incident: Pick<IncidentDetail, 'id' | 'state' | 'assignee'>
  readonly me: string
  readonly ask: (what: Ask) => void
  readonly go: (to: string, search?: Readonly<Record<string, string | undefined>>) => void
}

const WORK = 'incident.work'
const base = { may: WORK, group: 'Incident' } as const

export const INCIDENT_ACTIONS: readonly Action<Subject>[] = [
  {
    id: 'incident.contain',
    label: 'Contained',
    key: 'c',
    icon: IconTarget,
    isPrimary: true,
    ...base,
    when: ({ incident }) => incident.state === 'open',
    run: ({ ask }) => ask('contained'),
  },
  {
    id: 'incident.close',
    label: 'Close',
    key: 'e',
    icon: IconCheck,
    ...base,
    when: ({ incident }) => incident.state !== 'closed',
    run: ({ ask }) => ask('closed'),
  },
  {
    id: 'incident.reopen',
    label: 'Open again',
    key: 'r',
    icon: IconTarget,
    ...base,
    when: ({ incident }) => incident.state !== 'open',
    run: ({ ask }) => ask('open'),
  },
  {
    id: 'incident.take',
    label: 'Take it',
    key: 't',
    icon: IconUser,
    ...base,
    when: ({ incident, me }) => incident.state !== 'closed' && incident.assignee?.id !== me,
    run: async ({ incident, me }) => {
      await assignIncident(incident.id, me)
      say('It is yours', () => void assignIncident(incident.id, incident.assignee?.id ?? null))
    },
  },
  {
    id: 'incident.assign',
    label: 'Assign',
    key: 'a',
    icon: IconUserPlus,
    ...base,
    when: ({ incident }) => incident.state !== 'closed',
    run: ({ ask }) => ask('assign'),
  },
  { id: 'incident.note', label: 'Note', key: 'n', icon: IconNote, ...base, run: ({ ask }) => ask('note') },
  {
    id: 'incident.alerts',
    label: 'Its alerts',
    key: 'l',
    icon: IconBell,
    may: 'alert.read',
    group: 'Incident',
    run: ({ incident, go }) => go('/alerts', { incident: incident.id, state: 'any' }),
  },
  { id: 'incident.print', label: 'Print', icon: IconPrinter, group: 'Incident', run: () => window.print() },
]
