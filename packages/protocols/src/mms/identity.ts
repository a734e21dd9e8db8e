/** What name plates say of a device: LPHD's PhyNam and LLN0's NamPlt (IEC 61850-7-3 §7.9.2 and §7.9.3). */
import type { AssetAttribute, TagValue } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { MmsState } from './state.ts'

const PHYSICAL: Readonly<Record<string, AssetAttribute>> = {
  vendor: 'vendor',
  hwRev: 'hardware',
  swRev: 'firmware',
  serNum: 'serial',
  model: 'model',
  location: 'location',
  name: 'name',
}

export function identity(owner: Side, tag: string, value: TagValue, sink: Sink): void {
  if (typeof value !== 'string' || value === '' || !tag.includes('$DC$')) return
  const parts = tag.split('$')
  const plate = parts.at(-2)
  const attribute = PHYSICAL[parts.at(-1)!]
  if (attribute === undefined) return
  if (plate === 'PhyNam') sink.hint(owner, attribute, value, 0.95)
  // A logical node's plate: the software of one function, kept with its logical device.
  else if (plate === 'NamPlt' && (attribute === 'vendor' || attribute === 'firmware')) {
    const device = parts[0]!.split('/')[0]!
    sink.hint(owner, attribute, value, attribute === 'vendor' ? 0.8 : 0.6, attribute === 'vendor' ? undefined : device)
  }
}

/** The IED's name begins every one of its logical devices' names (IEC 61850-6 §8.5.3). */
export function nameOfDevice(domains: readonly string[]): string {
  if (domains.length < 2) return ''
  let common = domains[0]!
  for (const domain of domains) while (common !== '' && !domain.startsWith(common)) common = common.slice(0, -1)
  return common.length >= 2 ? common : ''
}

/** Logical devices an association may name. */
const MAX_DEVICES = 64

/** A variable names its logical device, also where nobody has asked for their list. TASE.2's domains are tables, not devices. */
export function meetDevice(owner: Side, name: string, state: MmsState, sink: Sink): void {
  if (state.isTase2 || name.startsWith(state.lastDevice)) return
  const slash = name.indexOf('/')
  // `LD/LN$FC$…`: functional constraints have two letters.
  if (slash <= 0 || !/^[^$]+\$[A-Z]{2}(?:\$|$)/.test(name.slice(slash + 1))) return
  state.lastDevice = name.slice(0, slash + 1)
  meetDevices(owner, [name.slice(0, slash)], state, sink)
}

export function meetDevices(owner: Side, domains: readonly string[], state: MmsState, sink: Sink): void {
  const { devices } = state
  for (const domain of domains) if (devices.length < MAX_DEVICES && !devices.includes(domain)) devices.push(domain)
  sink.hint(owner, 'type', 'ied', 0.6)
  sink.hint(owner, 'name', readable(nameOfDevice(devices)), 0.6)
  for (const domain of domains) sink.hint(owner, 'role', 'logical device', 0.8, readable(domain))
}
