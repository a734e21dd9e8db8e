/** Whether a device runs its program: by its own word, or by a command that it obeyed. */
import type { AssetHinted, Micros, ModeChanged, OperatingMode } from '@isthmus/model'

type Mode = OperatingMode['mode']

const MODES: Readonly<Record<Mode, true>> = { run: true, stop: true, program: true, test: true, fault: true }
/** How exact the time is at which the same was told again: a row that changes with every answer is written with every batch. */
const STEP_US: Micros = 60e6
/** The key says what is permitted, not what the device does: one may run with its key at PROGRAM. */
const KEY = /^key\b/

function isMode(text: string): text is Mode {
  return Object.hasOwn(MODES, text)
}

/** The mode that an observation tells of its server; undefined where it tells none. */
export function modeTold(o: ModeChanged | AssetHinted): Mode | undefined {
  if (o.kind === 'asset.hinted') return o.attribute === 'state' && o.about === 'server' && isMode(o.value) ? o.value : undefined
  const isTrue = o.by === 'command' ? o.ok === true : o.ok !== false && !KEY.test(o.detail)
  return isTrue && isMode(o.mode) ? o.mode : undefined
}

/** What is known after `mode` was told at a time; what came late changes nothing. */
export function operatingAfter(known: OperatingMode | undefined, mode: Mode, at: Micros): OperatingMode {
  if (known === undefined) return { mode, since: at, heardAt: at, before: undefined }
  if (at < known.heardAt) return known
  if (mode !== known.mode) return { mode, since: at, heardAt: at, before: known.mode }
  return at - known.heardAt < STEP_US ? known : { ...known, heardAt: at }
}
