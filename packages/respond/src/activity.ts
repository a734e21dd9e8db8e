/** Observations as activities of a work order. */
import type { Activity, Finding, Observation, ObservationKind } from '@isthmus/model'

export const ACTIVITIES: readonly Activity[] = [
  'program-download',
  'program-upload',
  'program-edit',
  'mode-change',
  'restart',
  'firmware',
  'configuration',
  'force',
  'write',
  'time',
  'login',
  'file-transfer',
]

const BY_KIND: Readonly<Partial<Record<ObservationKind, Activity>>> = {
  'program.downloaded': 'program-download',
  'program.uploaded': 'program-upload',
  'program.edited': 'program-edit',
  'mode.changed': 'mode-change',
  'device.restarted': 'restart',
  'firmware.updated': 'firmware',
  'configuration.changed': 'configuration',
  'tag.forced': 'force',
  'process.write': 'write',
  'time.set': 'time',
  'login.tried': 'login',
  'file.moved': 'file-transfer',
}

/** What a finding on single operations may mean, by how they touch the device. */
const BY_ACCESS: Readonly<Record<string, readonly Activity[]>> = {
  program: ['program-download', 'program-upload', 'program-edit'],
  control: ['mode-change', 'restart', 'program-download', 'program-edit'],
  configure: ['configuration', 'firmware', 'time', 'program-download'],
  write: ['write'],
}

/** They change what a controller does: nobody else does them to an asset that is being worked on. */
const CONTROLS: ReadonlySet<Activity> = new Set([
  'program-download',
  'program-edit',
  'mode-change',
  'restart',
  'firmware',
  'configuration',
  'force',
])

export function isControl(activity: Activity): boolean {
  return CONTROLS.has(activity)
}

/** The activity an observation is; undefined where it is none, or nobody's: a device that states its mode. */
export function activityOf(observation: Observation): Activity | undefined {
  if (observation.kind === 'mode.changed' && observation.by === 'report') return undefined
  return BY_KIND[observation.kind]
}

/** The activities of which one explains the finding; empty: none does; `'any'`: it comes with every work, such as a new connection. */
export function activitiesOf(finding: Finding): readonly Activity[] | 'any' {
  if (finding.observed === 'session.updated') return 'any'
  if (finding.observed === 'mode.changed' && finding.fields.by === 'report') return []
  if (finding.observed === 'operation.done') {
    const { access } = finding.fields
    if (access === 'session' || access === 'identify' || access === 'read') return 'any'
    return typeof access === 'string' ? (BY_ACCESS[access] ?? []) : []
  }
  const activity = BY_KIND[finding.observed]
  return activity === undefined ? [] : [activity]
}

/** MITRE ATT&CK; the first says where in an intrusion it stands. */
export const ATTACK: Readonly<Record<Activity, readonly string[]>> = {
  'program-download': ['T0889', 'T0843'],
  'program-upload': ['T0845'],
  'program-edit': ['T0889'],
  'mode-change': ['T0858'],
  restart: ['T0816'],
  firmware: ['T0857'],
  configuration: ['T0836'],
  force: ['T0835'],
  write: ['T0855'],
  time: ['T0836'],
  login: ['T0859'],
  'file-transfer': ['T0843'],
}

export const ACTIVITY_WORDS: Readonly<Record<Activity, string>> = {
  'program-download': 'program download',
  'program-upload': 'program upload',
  'program-edit': 'program edit',
  'mode-change': 'change of operating mode',
  restart: 'restart',
  firmware: 'firmware update',
  configuration: 'change of configuration',
  force: 'forcing of values',
  write: 'writing of values',
  time: 'setting of the clock',
  login: 'login',
  'file-transfer': 'file transfer',
}
