/** Modules and their identification: the device itself is slot 0, its parts are told by slot and subslot. */
import type { AssetAttribute } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { VENDORS } from '../profinet-dcp/profinet-dcp.table.ts'
import type { Sink } from '../protocol.ts'
import type { Identity, Modules, RecordHeader } from './blocks.ts'
import type { Slot } from './modules.ts'
import { BLOCK } from './profinet-io-cm.table.ts'

/** Slots of one message that are told one by one. */
const MAX_TOLD = 128

/** Undefined for the device: its head module's first subslot. Ports and interfaces of the head are subslots 0x8000 and up. */
export function partOf(slot: number, subslot: number): string | undefined {
  if (slot === 0 && subslot <= 1) return undefined
  return subslot <= 1 ? `slot ${slot}` : `slot ${slot} subslot ${subslot}`
}

export function identify(block: Identity, record: RecordHeader, about: Side, sink: Sink): void {
  const part = partOf(record.slot, record.subslot)
  if (block.vendor > 0) sink.hint(about, 'vendor', VENDORS[block.vendor], 0.95, part)
  const { function: role, location, description, date, ...made } = block.fields
  for (const [attribute, value] of Object.entries(made)) sink.hint(about, attribute as AssetAttribute, value, 1, part)
  sink.hint(about, 'location', location, 1, part)
  sink.hint(about, 'description', description ?? role, 1, part)
}

const hex8 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

export function tellModules(block: Modules, about: Side, sink: Sink): void {
  const isDifference = block.type === BLOCK.moduleDiff
  for (const slot of block.slots.slice(0, MAX_TOLD)) {
    if (isDifference) differences(slot, about, sink)
    else sink.hint(about, 'family', `PROFINET module ${hex8(slot.ident)}`, 0.6, `slot ${slot.slot}`)
  }
}

function differences(slot: Slot, about: Side, sink: Sink): void {
  const asker = about === 'client' ? 'server' : 'client'
  const isWrong = slot.state === 'no module' || slot.state === 'wrong module'
  if (isWrong) sink.sayFrom(asker, { kind: 'device.diagnosed', what: `slot ${slot.slot}: ${slot.state} ${hex8(slot.ident)}`, fault: true })
  for (const { subslot, state, ident } of slot.subslots) {
    if (state === '') continue
    sink.sayFrom(asker, {
      kind: 'device.diagnosed',
      what: `slot ${slot.slot} subslot ${subslot}: ${state} ${hex8(ident)}`,
      fault: state !== 'substitute',
    })
  }
}
