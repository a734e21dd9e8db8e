/**
 * The intrusion, step by step: from a phished workstation in accounts to a stopped controller. Times are seconds after
 * its first step. ATT&CK ids are of Enterprise and ICS; `shows` names the observation kinds in which a sensor can see the step.
 */
import type { ObservationKind } from '@isthmus/model'
import type { HostId } from '../hosts.table.ts'

export type StepId =
  | 'lure'
  | 'beacon-web'
  | 'beacon-dns'
  | 'sweep'
  | 'scan'
  | 'guess'
  | 'stolen-login'
  | 'tool-on-jump-host'
  | 'desktop-on-jump-host'
  | 'shell-on-historian'
  | 'desktop-on-engineering'
  | 'scan-control'
  | 'identify'
  | 'upload'
  | 'watch'
  | 'set-point'
  | 'alarm-limit'
  | 'download'
  | 'stop'
  | 'recovery'

export type IntrusionStep = {
  readonly id: StepId
  readonly at: number
  readonly actor: HostId
  readonly target: HostId | undefined
  readonly what: string
  readonly attack: readonly string[]
  readonly shows: readonly ObservationKind[]
  /** True for what the plant's own people do about it. */
  readonly response: boolean
}

const step = (
  id: StepId,
  minutes: number,
  actor: HostId,
  target: HostId | undefined,
  attack: readonly string[],
  shows: readonly ObservationKind[],
  what: string,
): IntrusionStep => ({
  id,
  at: Math.round(minutes * 60),
  actor,
  target,
  what,
  attack,
  shows,
  response: false,
})

export const INTRUSION: readonly IntrusionStep[] = [
  step(
    'lure',
    0,
    'wsFinance',
    'lure',
    ['T1566.002', 'T1204.002', 'T1105'],
    ['name.resolved', 'web.requested', 'file.moved'],
    'opens the link in a mail and fetches Invoice_4471.exe from a host outside',
  ),
  step(
    'beacon-web',
    1.2,
    'wsFinance',
    'command',
    ['T1071.001'],
    ['web.requested', 'session.updated'],
    'reports to its command server every 50 seconds over HTTP',
  ),
  step('beacon-dns', 1.7, 'wsFinance', 'dc1', ['T1071.004'], ['name.resolved'], 'carries data out in TXT lookups of long random names'),
  step('sweep', 6, 'wsFinance', undefined, ['T1018'], ['address.asked'], "asks for every address of the office segment; most are nobody's"),
  step('scan', 6.8, 'wsFinance', 'jump1', ['T1046'], ['session.updated'], 'tries eight service ports on the servers and on the plant DMZ'),
  step('guess', 9, 'wsFinance', 'file1', ['T1110.001'], ['login.tried'], "guesses the automation engineer's password four times"),
  step(
    'stolen-login',
    9.8,
    'wsFinance',
    'file1',
    ['T1078.002', 'T1021.002'],
    ['login.tried', 'service.used', 'file.moved'],
    'signs in as the automation engineer and reads the plant access notes',
  ),
  step(
    'tool-on-jump-host',
    12,
    'wsFinance',
    'jump1',
    ['T1021.002', 'T1570', 'T1569.002'],
    ['login.tried', 'service.used', 'file.moved'],
    'copies a tool to the administrative share of the jump host and opens its service manager',
  ),
  step(
    'desktop-on-jump-host',
    14,
    'wsFinance',
    'jump1',
    ['T1021.001', 'T1078.002'],
    ['service.used', 'encryption.negotiated', 'session.updated'],
    'opens a remote desktop on the jump host with the stolen account',
  ),
  step(
    'shell-on-historian',
    17,
    'jump1',
    'hist1',
    ['T1021.004', 'T0811'],
    ['encryption.negotiated', 'session.updated'],
    "opens a shell on the historian and lists the plant's tags",
  ),
  step(
    'desktop-on-engineering',
    19.5,
    'jump1',
    'ews1',
    ['T0886', 'T0859'],
    ['service.used', 'session.updated'],
    'goes on to the engineering workstation by remote desktop',
  ),
  step('scan-control', 22, 'ews1', undefined, ['T0846'], ['session.updated'], "tries the controllers' ports across the control segment"),
  step(
    'identify',
    23,
    'ews1',
    'plc2',
    ['T0888'],
    ['operation.done', 'asset.hinted'],
    'asks every controller and the field gateway what they are',
  ),
  step('upload', 25, 'ews1', 'plc2', ['T0845'], ['program.uploaded'], 'reads the program of the dosing controller'),
  step('watch', 26.5, 'ews1', 'plc2', ['T0801', 'T0861'], ['process.read'], 'watches the dosing values and set-points'),
  step('set-point', 28, 'ews1', 'plc2', ['T0836', 'T0831'], ['process.write'], 'writes the chlorine set-point from 0.8 to 4.0 mg/L'),
  step(
    'alarm-limit',
    30.5,
    'ews1',
    'plc1',
    ['T0838', 'T0836'],
    ['process.write', 'operation.done'],
    "tries a register that does not exist, then raises the raw tank's high-level alarm",
  ),
  step(
    'download',
    33,
    'ews1',
    'plc2',
    ['T0843', 'T0889'],
    ['program.downloaded'],
    'downloads a changed block OB1 to the dosing controller',
  ),
  step(
    'stop',
    36,
    'ews1',
    'plc2',
    ['T0858', 'T0813'],
    ['mode.changed'],
    'stops the dosing controller: the dosing pump halts, the filter outlet opens',
  ),
  {
    id: 'recovery',
    at: 47 * 60,
    actor: 'ews1',
    target: 'plc2',
    what: 'the shift sets the chlorine set-point back at the panel, reloads the saved program and restarts the controller',
    attack: [],
    shows: ['process.write', 'program.downloaded', 'mode.changed'],
    response: true,
  },
]
