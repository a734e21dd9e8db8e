/** What can be done with alerts: each record is button, key, palette entry and permission. */
import type { Alert, AlertState } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { plural } from '../../ui/format.ts'
import { IconBellOff, IconCheck, IconFlame, IconHierarchy3, IconTarget, IconUser, IconUserPlus } from '../../ui/icons.ts'
import { say } from '../../ui/toast.tsx'
import { assignAlert, moveAlert } from './alerts.api.ts'

export type Worked = Pick<
  Alert,
  'id' | 'title' | 'state' | 'assignee' | 'incident' | 'serverAsset' | 'clientAsset' | 'site' | 'rules' | 'client' | 'server' | 'firstAt'
>
export type AlertDialog = 'resolve' | 'assign' | 'suppress'
export type Subject = {
  readonly alerts: readonly Worked[]
  readonly me: string
  readonly ask: (dialog: AlertDialog) => void
  readonly go: (to: string, search?: Readonly<Record<string, string | undefined>>) => void
}

const WORK = 'alert.work'
const isOpen = ({ alerts }: Subject): boolean => alerts.some((alert) => alert.state !== 'resolved')
const only = ({ alerts }: Subject): Worked | undefined => (alerts.length === 1 ? alerts[0] : undefined)

export const ALERT_ACTIONS: readonly Action<Subject>[] = [
  {
    id: 'alert.resolve',
    label: 'Resolve',
    key: 'e',
    icon: IconCheck,
    may: WORK,
    group: 'Alert',
    isPrimary: true,
    when: isOpen,
    run: ({ ask }) => ask('resolve'),
  },
  {
    id: 'alert.take',
    label: 'Take it',
    key: 't',
    icon: IconUser,
    may: WORK,
    group: 'Alert',
    when: ({ alerts, me }) => alerts.some((alert) => alert.assignee?.id !== me && alert.state !== 'resolved'),
    run: ({ alerts, me }) => give(alerts, me),
  },
  {
    id: 'alert.assign',
    label: 'Assign',
    key: 'a',
    icon: IconUserPlus,
    may: WORK,
    group: 'Alert',
    when: isOpen,
    run: ({ ask }) => ask('assign'),
  },
  {
    id: 'alert.acknowledge',
    label: 'Acknowledge',
    key: 'c',
    icon: IconTarget,
    may: WORK,
    group: 'Alert',
    when: ({ alerts }) => alerts.some((alert) => alert.state === 'new'),
    run: ({ alerts }) => acknowledge(alerts.filter((alert) => alert.state === 'new')),
  },
  {
    id: 'alert.suppress',
    label: 'Suppress',
    key: 's',
    icon: IconBellOff,
    may: 'suppression.manage',
    group: 'Alert',
    when: (subject) => only(subject) !== undefined,
    run: ({ ask }) => ask('suppress'),
  },
  {
    id: 'alert.incident',
    label: 'Open incident',
    key: 'i',
    icon: IconFlame,
    may: 'incident.read',
    group: 'Alert',
    when: (subject) => only(subject)?.incident !== undefined,
    run: (subject) => subject.go(`/incidents/${only(subject)!.incident}`),
  },
  {
    id: 'alert.map',
    label: 'Follow on map',
    key: 'f',
    icon: IconHierarchy3,
    may: 'asset.read',
    group: 'Alert',
    when: (subject) => (only(subject)?.serverAsset ?? only(subject)?.clientAsset) !== undefined,
    run: (subject) => subject.go('/map', { at: only(subject)!.serverAsset ?? only(subject)!.clientAsset, site: only(subject)!.site }),
  },
]

async function acknowledge(alerts: readonly Worked[]): Promise<void> {
  await Promise.all(alerts.map((alert) => moveAlert(alert.id, 'acknowledged')))
  say(`Acknowledged ${plural(alerts.length, 'alert')}`, () => void back(alerts))
}

export async function give(alerts: readonly Worked[], user: string | null): Promise<void> {
  await Promise.all(alerts.map((alert) => assignAlert(alert.id, user)))
  say(`${user === null ? 'Unassigned' : 'Assigned'} ${plural(alerts.length, 'alert')}`, () => {
    for (const alert of alerts) void assignAlert(alert.id, alert.assignee?.id ?? null)
  })
}

/** Puts alerts back into the states they had. */
export async function back(alerts: readonly { readonly id: string; readonly state: AlertState }[]): Promise<void> {
  await Promise.all(alerts.map((alert) => (alert.state === 'resolved' ? undefined : moveAlert(alert.id, alert.state))))
  say(`Took back ${plural(alerts.length, 'change')}`)
}
