/** DICOM in the platform's words. Whoever asked for the association asks; an answer closes what it names. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { Unanswered } from '../unanswered.ts'
import type { Association, UserIdentity } from './association.ts'
import type { Command, Equipment } from './data-set.ts'
import { ABORTS, ANSWER, CANCEL, COMMANDS, isAccepted, isPending, MODALITIES, REJECTIONS, statusText, USER_TYPES } from './dicom.table.ts'
import { type Dicom, type DicomState, otherSide } from './dicom.ts'
import { SOP_CLASSES } from './sop-classes.table.ts'

type Seen = SeenMessage<Dicom, DicomState>
type Memory = {
  association: Association | undefined
  /** Commands by side and message id. */
  readonly open: Unanswered<{ readonly command: Command; readonly side: Side }>
  /** An object is on its way from this side. */
  stores: boolean
}

const memoryOf = (state: DicomState): Memory =>
  (state.memory ??= { association: undefined, open: new Unanswered(), stores: false }) as Memory

export function observe({ message: m, from, state }: Seen, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`dicom.${m.anomalies[i]}`)
  const memory = memoryOf(state)
  switch (m.type) {
    case 1:
      memory.association = m.association
      introduce(from, m.association!, m.association!.calling, sink)
      sink.hint(from, 'role', 'DICOM client', 0.6)
      return
    case 2:
      introduce(from, m.association!, (memory.association ?? m.association!).called, sink)
      sink.hint(from, 'role', 'DICOM server', 0.7)
      associated(memory, m.association, true, '', sink)
      return
    case 3:
      associated(memory, undefined, false, REJECTIONS[m.source]?.[m.reason] ?? `source ${m.source} reason ${m.reason}`, sink)
      return
    case 7: {
      const what = `association aborted${m.source === 2 ? `: ${ABORTS[m.reason] ?? `reason ${m.reason}`}` : ' by the user'}`
      sink.say({ kind: 'device.diagnosed', what, fault: true })
      return
    }
    default:
      for (const command of m.commands) {
        if ((command.field & ANSWER) === 0) asked(command, from, memory, sink)
        else answered(command, from, memory, sink)
      }
      for (const equipment of m.equipment) if (memory.stores) describe(from, equipment, sink)
  }
}

export function ended(state: DicomState, sink: Sink): void {
  const memory = state.memory as Memory | undefined
  if (memory === undefined) return
  if (memory.association !== undefined) associated(memory, undefined, undefined, '', sink)
  for (const { command, side } of memory.open.drain()) tell(command, side, undefined, '', sink)
}

function introduce(side: Side, { implementation, release }: Association, title: string, sink: Sink): void {
  sink.hint(side, 'name', readable(title), 0.5)
  sink.hint(side, 'software', readable(release === '' ? implementation : release), 0.8)
  sink.hint(side, 'type', 'medical', 0.7)
}

function associated(memory: Memory, answer: Association | undefined, ok: boolean | undefined, error: string, sink: Sink): void {
  const { calling, called, user } = memory.association ?? answer ?? { calling: '', called: '', user: undefined }
  memory.association = undefined
  const object = `${readable(calling)} to ${readable(called)}`
  const key = `associate ${object} ${ok} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation: 'associate', object, access: 'session', ok, error, part: undefined })
  if (user !== undefined) login(user, ok, sink)
}

/** PS3.7 §D.3.3.7: a name alone, a name with a passcode, or a ticket. */
function login({ type, primary, secondary }: UserIdentity, ok: boolean | undefined, sink: Sink): void {
  const user = type <= 2 ? readable(primary) : ''
  sink.say({ kind: 'login.tried', user, domain: '', method: `DICOM ${USER_TYPES[type] ?? `type ${type}`}`, ok })
  if (type === 2) sink.say({ kind: 'credential.exposed', user, mask: maskSecret(readable(secondary)), weakness: 'clear' })
}

function asked(command: Command, side: Side, memory: Memory, sink: Sink): void {
  memory.stores = command.field === 1
  if (command.field === CANCEL) {
    tell(command, side, undefined, '', sink)
    return
  }
  const displaced = memory.open.put(`${side} ${command.message}`, { command, side })
  if (displaced !== undefined) tell(displaced.command, displaced.side, undefined, '', sink)
}

function answered(command: Command, from: Side, memory: Memory, sink: Sink): void {
  memory.stores = false
  const key = `${otherSide(from)} ${command.respondedTo}`
  const question = memory.open.take(key)
  if (question === undefined) return
  if (isPending(command.status)) {
    memory.open.put(key, question)
    return
  }
  const ok = isAccepted(command.status)
  tell(question.command, question.side, ok, ok ? '' : statusText(command.status), sink)
}

export function classText(uid: string): string {
  return SOP_CLASSES[uid.replace(/^1\.2\.840\.10008\./, '')] ?? readable(uid)
}

/** An archive may ask too: C-GET brings C-STORE the other way. */
function tell(command: Command, side: Side, ok: boolean | undefined, error: string, sink: Sink): void {
  const [operation, access] = COMMANDS[command.field] ?? [`command 0x${command.field.toString(16)}`, 'unknown' as const]
  const object = classText(command.sopClass) + (command.destination === '' ? '' : ` to ${readable(command.destination)}`)
  const key = `${command.field} ${object} ${ok} ${error}`
  if (side === 'client' && sink.again(key)) return
  const done = { operation, object, access, ok, error, part: undefined }
  if (side === 'client') sink.operation(key, done)
  else sink.sayFrom('server', { kind: 'operation.done', ...done })
}

/**
 * The device that made an object: the sender itself, or one whose objects it passes on. Hence a part of its own, and for the
 * sender a guess.
 */
function describe(side: Side, e: Equipment, sink: Sink): void {
  const name = readable(e.station === '' ? e.model : e.station)
  const part = `${readable(e.modality)} ${name}`.trim()
  for (const [confidence, of] of [
    [0.4, undefined],
    [0.9, part === '' ? undefined : part],
  ] as const) {
    if (confidence === 0.9 && of === undefined) return
    sink.hint(side, 'vendor', readable(e.manufacturer), confidence, of)
    sink.hint(side, 'model', readable(e.model), confidence, of)
    sink.hint(side, 'serial', readable(e.serial), confidence, of)
    sink.hint(side, 'firmware', readable(e.software), confidence, of)
    sink.hint(side, 'location', readable(e.institution), confidence, of)
    sink.hint(side, 'description', MODALITIES[e.modality] === undefined ? '' : `modality ${MODALITIES[e.modality]}`, confidence, of)
  }
  sink.hint(side, 'name', readable(e.station), 0.9, part === '' ? undefined : part)
}
