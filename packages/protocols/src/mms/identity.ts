/** What name plates say of a device: LPHD's PhyNam and LLN0's NamPlt (IEC 61850-7-3 §7.9.2 and §7.9.3). */
import type { AssetAttribute, TagValue } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'

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
