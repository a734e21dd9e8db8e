/** What a device did when it was acted on: whoever writes to one that runs, loads or stops it, reaches into a live process. */
import type { Finding, Micros, ObservationKind, OperatingMode, ScorePart } from '@isthmus/model'
import { type Ends, labelOf } from './host.ts'
import { showTime } from './time.ts'

const LIVE_POINTS = 8
const IDLE_POINTS = -5
/** A device that stands for less may have been stopped for this very act. */
const STANDS_US: Micros = 600e6
/** One that was not heard of for longer may have been started at the machine. */
const KNOWN_US: Micros = 86_400e6

const ACTS: ReadonlySet<ObservationKind> = new Set([
  'process.write',
  'tag.forced',
  'program.downloaded',
  'program.edited',
  'mode.changed',
  'device.restarted',
  'firmware.updated',
  'configuration.changed',
] as const)
const ACCESSES: ReadonlySet<unknown> = new Set(['write', 'control', 'program', 'configure'])

function isAct({ observed, fields }: Finding): boolean {
  if (fields.ok === false || fields.by === 'report') return false
  return observed === 'operation.done' ? ACCESSES.has(fields.access) : ACTS.has(observed)
}

type Known = { readonly mode: OperatingMode['mode']; readonly since: Micros | undefined; readonly heardAt: Micros }

/** As it was before `at`: what the act itself did to it does not count. */
function modeBefore({ mode, since, heardAt, before }: OperatingMode, at: Micros): Known | undefined {
  if (since < at) return { mode, since, heardAt }
  return before === undefined ? undefined : { mode: before, since: undefined, heardAt: since }
}

/** The part of an act on a device whose mode is known; undefined where it is not, and where the mode says nothing. */
export function modePart(finding: Finding, { server }: Ends): ScorePart | undefined {
  const { operating } = server ?? {}
  if (server === undefined || operating === undefined || !isAct(finding)) return undefined
  const known = modeBefore(operating, finding.first)
  if (known === undefined) return undefined
  const { mode, since, heardAt } = known
  const told = `Mode of ${labelOf(server)} was ${mode}${since === undefined ? '' : ` since ${showTime(since)}`}`
  if (mode === 'run') return { why: `${told}: this was done to a live process`, points: LIVE_POINTS }
  if (since === undefined || finding.first - since < STANDS_US || finding.first - heardAt > KNOWN_US) return undefined
  return { why: `${told}: its process stood already`, points: IDLE_POINTS }
}
