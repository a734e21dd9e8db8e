/** Changes of the inventory as sentences. Pure. */
import type { AssetChange } from '../api/types.ts'
import { words } from '../ui/format.ts'
import { protocolName } from './words.ts'

const KINDS: Readonly<Record<string, string>> = {
  'asset.new': 'New asset',
  'asset.merged': 'Assets found to be one',
  'asset.changed': 'Changed',
  'link.new': 'New link',
  'session.new': 'New session',
  'tag.new': 'New tag',
  'writer.new': 'New writer',
  'protocol.new': 'New protocol',
}

export function changeText({ kind, attribute, from, to }: AssetChange): string {
  if (kind === 'link.new')
    return `New link: ${attribute === undefined ? '' : `${protocolName(attribute)}, `}${from ?? 'somebody'} asks ${to ?? 'somebody'}`
  if (attribute === undefined) return to === undefined || to === '' ? kindText(kind) : `${kindText(kind)}: ${to}`
  const name = words(attribute)
  if (from === undefined || from === '') return to === undefined ? `${name} changed` : `${name} became known: ${to}`
  return to === undefined || to === '' ? `${name} no longer known (was ${from})` : `${name} changed from ${from} to ${to}`
}

export function kindText(kind: string): string {
  return KINDS[kind] ?? words(kind)
}
