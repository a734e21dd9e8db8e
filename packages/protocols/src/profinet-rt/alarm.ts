/**
 * Acyclic real-time frames: alarms and their acknowledgements.
 *
 *   | destination u16 | source u16 | version and type u8 | flags u8 | send sequence u16 | acknowledged u16 | length u16 | block |
 *
 * Spec: IEC 61158-6-10 §4.8 (RTA), §5.2.5 (notifications).
 */
import type { Reader } from '@isthmus/wire'
import { ALARMS, PDU, PDUS } from './profinet-rt.table.ts'

export type Alarm = {
  readonly type: number
  readonly sendSequence: number
  readonly acknowledged: number
  /** Zero in acknowledgements without content. */
  readonly alarmType: number
  readonly slot: number
  readonly subslot: number
  readonly module: number
  readonly submodule: number
  /** Channel errors of the alarm, at most eight. */
  readonly errors: readonly { readonly channel: number; readonly error: number }[]
  /** Error code, decode, code 1, code 2; of a refusal or the end of the relation. */
  readonly status: number
}

const MAX_ERRORS = 8
const CHANNEL = 0x8000
const EXTENDED = 0x8002
const QUALIFIED = 0x8003
const MAINTENANCE = 0x8100

export function readAlarm(r: Reader): Alarm {
  r.u16('destination endpoint')
  r.u16('source endpoint')
  const type = r.u8('version and type') & 15
  r.note(PDUS[type] ?? 'unknown')
  r.u8('flags')
  const sendSequence = r.u16('send sequence')
  const acknowledged = r.u16('acknowledged sequence')
  const body = r.sub(r.u16('length'), 'content')
  const head = { type, sendSequence, acknowledged }
  if (type === PDU.error) return { ...head, ...NOTHING, status: body.left >= 4 ? body.u32('status') : 0 }
  if (type !== PDU.data || body.left < 18) return { ...head, ...NOTHING, status: 0 }
  const block = body.u16('block type')
  body.u16('block length')
  body.u16('block version')
  const alarmType = body.u16('alarm type')
  body.note(ALARMS[alarmType]?.[0] ?? '')
  body.u32('API')
  const slot = body.u16('slot')
  const subslot = body.u16('subslot')
  // 0x8001 and 0x8002 acknowledge: the status ends them.
  if (block >= 0x8000) {
    body.u16('specifier')
    return { ...head, ...NOTHING, alarmType, slot, subslot, status: body.left >= 4 ? body.u32('status') : 0 }
  }
  const module = body.u32('module ident number')
  const submodule = body.u32('submodule ident number')
  body.u16('specifier')
  return { ...head, alarmType, slot, subslot, module, submodule, errors: readErrors(body), status: 0 }
}

const NOTHING = { alarmType: 0, slot: 0, subslot: 0, module: 0, submodule: 0, errors: [] } as const

function readErrors(r: Reader): Alarm['errors'] {
  const errors: { channel: number; error: number }[] = []
  while (r.left >= 2 && errors.length < MAX_ERRORS) {
    const format = r.u16('format')
    if (format === MAINTENANCE) {
      r.view(Math.min(10, r.left), 'maintenance')
      continue
    }
    if (format !== CHANNEL && format !== EXTENDED && format !== QUALIFIED) break
    const size = format === CHANNEL ? 6 : format === EXTENDED ? 12 : 16
    while (r.left >= size && errors.length < MAX_ERRORS) {
      const channel = r.u16('channel')
      r.u16('channel properties')
      errors.push({ channel, error: r.u16('channel error') })
      r.view(size - 6, 'more')
    }
  }
  r.view(r.left, 'data')
  return errors
}
