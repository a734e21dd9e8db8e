/** Who a device says it is: codes from its identity, names from its tags. */
import type { AssetAttribute, AssetType } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { Cell, Sink } from '../protocol.ts'
import { PROFILES } from './codes.table.ts'
import { type CommandData, fieldOf } from './commands.ts'
import { DEVICE_TYPES, MANUFACTURERS, vendorName } from './manufacturers.table.ts'
import { MODELS } from './models.table.ts'
import { trimmed } from './texts.ts'

/** Identities, tags, messages, device information, and the list of devices behind a gateway. */
export const IDENTIFIES: readonly number[] = [0, 11, 12, 13, 14, 16, 20, 21, 57, 73, 75, 84]
const CODE_OF = new Map(Object.entries(MANUFACTURERS).map(([code, name]) => [name, Number(code)]))
const TYPE_OF = new Map(Object.entries(DEVICE_TYPES).map(([code, name]) => [name, Number(code)]))
const SUB_DEVICE = 84
const POLLED = 75

const UNKNOWN = 'unknown-'

/** The log has ICSNPP's names, of which people make little. */
function modelOf(type: string): string | undefined {
  return MODELS[type.startsWith(UNKNOWN) ? Number(type.slice(UNKNOWN.length)) : (TYPE_OF.get(type) ?? -1)]
}

export function identify(data: CommandData, part: string | undefined, about: Side, sink: Sink): void {
  const isSub = data.number === SUB_DEVICE
  // A device behind this one is told by its own number.
  const whose = isSub
    ? `sub-device ${fieldOf(data, 'sub_device_index')}`
    : data.number === POLLED
      ? `sub-device ${fieldOf(data, 'device_id')}`
      : part
  const prefix = isSub ? 'response_' : ''
  const hint = (attribute: AssetAttribute, value: Cell, confidence = 1): void => {
    if (typeof value === 'string' || typeof value === 'number') sink.hint(about, attribute, trimmed(String(value)), confidence, whose)
  }
  const maker = fieldOf(data, `${prefix}manufacturer_identification_code`)
  if (typeof maker === 'string') hint('vendor', vendorName(CODE_OF.get(maker) ?? -1) ?? maker, 0.95)
  const type = fieldOf(data, `${prefix}expanded_device_type`)
  if (typeof type === 'string') {
    const model = modelOf(type)
    hint(
      model === undefined ? 'family' : 'model',
      model ?? `HART device type ${type.slice(UNKNOWN.length)}`,
      model === undefined ? 0.6 : 0.9,
    )
  }
  hint('serial', fieldOf(data, `${prefix}device_id`))
  hint('hardware', fieldOf(data, 'hardware_revision_level_and_physical_signaling_codes_hardware_revision_level'))
  const software = fieldOf(data, 'software_revision_level')
  if (software !== undefined)
    hint(
      'firmware',
      `${software} (device revision ${fieldOf(data, 'device_revision_level')}, HART ${fieldOf(data, 'hart_protocol_major_revision')})`,
    )
  const profile = fieldOf(data, `${prefix}device_profile`)
  if (typeof profile === 'string') {
    hint('type', typeOf(profile), 0.7)
    hint('role', Object.values(PROFILES).includes(profile) ? profile.toLowerCase() : undefined)
  }
  hint('name', fieldOf(data, `${prefix}long_tag`))
  hint('name', fieldOf(data, 'tag'), 0.9)
  hint('description', fieldOf(data, 'descriptor') ?? fieldOf(data, 'message'), 0.8)
}

function typeOf(profile: string): AssetType | undefined {
  if (profile.includes('GATEWAY')) return 'gateway'
  if (profile.includes('ACCESS POINT')) return 'access-point'
  if (profile.includes('IO SYSTEM')) return 'io-module'
  return profile.includes('DEVICE') ? 'sensor' : undefined
}
