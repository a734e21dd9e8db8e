/** Lists of slots and subslots, in the four layouts that blocks have them in (IEC 61158-6-10 §5.2.4.7, §5.2.4.22, §5.2.8). */
import type { Reader } from '@isthmus/wire'
import { BLOCK, MODULE_STATES, SUBMODULE_STATES } from './profinet-io-cm.table.ts'

export type Subslot = { readonly subslot: number; readonly ident: number; readonly state: string }
export type Slot = {
  readonly api: number
  readonly slot: number
  readonly ident: number
  readonly state: string
  readonly subslots: readonly Subslot[]
}

/** Parts of one device: protects against counts that lie. Racks have some hundred. */
const MAX_SLOTS = 512
const MAX_SUBSLOTS = 2048

type Left = { slots: number; subslots: number }

/** Undefined when the block is no such list. */
export function readModules(type: number, version: number, r: Reader): Slot[] | undefined {
  const left = { slots: MAX_SLOTS, subslots: MAX_SUBSLOTS }
  if (type === BLOCK.expectedSubmodule) return list(r, left, expectedSlots)
  if (type === BLOCK.moduleDiff) return list(r, left, (api) => slotsOf(api, r, left, true))
  if (type === BLOCK.filterSubmodule || type === BLOCK.filterModule || type === BLOCK.filterDevice) {
    return list(r, left, (api) => slotsOf(api, r, left, false))
  }
  if (type === BLOCK.realIdentification || type === BLOCK.expectedIdentification) {
    // Version 1.0 knew one API only.
    return version > 0x0100 ? list(r, left, (api) => slotsOf(api, r, left, false)) : slotsOf(0, r, left, false)
  }
  return undefined
}

function list(r: Reader, left: Left, read: (api: number, r: Reader, left: Left) => Slot[]): Slot[] {
  const slots: Slot[] = []
  const count = r.u16('APIs')
  for (let n = 0; n < count && r.left > 0 && left.slots > 0; n++) slots.push(...read(r.u32('API'), r, left))
  return slots
}

function slotsOf(api: number, r: Reader, left: Left, hasState: boolean): Slot[] {
  const slots: Slot[] = []
  const count = r.u16('slots')
  for (let n = 0; n < count && r.left > 0 && left.slots-- > 0; n++) {
    const slot = r.u16('slot')
    const ident = r.u32('module ident number')
    const state = hasState ? (MODULE_STATES[r.u16('module state')] ?? 'unknown') : ''
    const subslots: Subslot[] = []
    const many = r.u16('subslots')
    for (let m = 0; m < many && r.left > 0 && left.subslots-- > 0; m++) {
      const subslot = r.u16('subslot')
      const inner = r.u32('submodule ident number')
      subslots.push({ subslot, ident: inner, state: hasState ? submoduleState(r.u16('submodule state')) : '' })
    }
    slots.push({ api, slot, ident, state, subslots })
  }
  return slots
}

/** §5.2.4.23: with bit 15 the state is made of bits, without it is a number. */
function submoduleState(state: number): string {
  if ((state & 0x8000) !== 0) return SUBMODULE_STATES[(state >> 11) & 15] ?? 'not as expected'
  return state === 0
    ? 'no submodule'
    : state === 1
      ? 'wrong'
      : state === 2
        ? 'locked'
        : state === 4
          ? 'application ready pending'
          : state === 7
            ? 'substitute'
            : ''
}

function expectedSlots(api: number, r: Reader, left: Left): Slot[] {
  left.slots--
  const slot = r.u16('slot')
  const ident = r.u32('module ident number')
  r.u16('module properties')
  const subslots: Subslot[] = []
  const many = r.u16('subslots')
  for (let m = 0; m < many && r.left > 0 && left.subslots-- > 0; m++) {
    const subslot = r.u16('subslot')
    const inner = r.u32('submodule ident number')
    // The two lowest bits: none, input, output, both; each direction has a description of six bytes, none has one too.
    const properties = r.u16('submodule properties')
    r.skip((properties & 3) === 3 ? 12 : 6, 'data description')
    subslots.push({ subslot, ident: inner, state: '' })
  }
  return [{ api, slot, ident, state: '', subslots }]
}
