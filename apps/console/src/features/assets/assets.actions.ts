import type { AssetDetail } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconHierarchy3, IconPencil, IconTarget, IconTimeline } from '../../ui/icons.ts'

type Subject = {
  readonly asset: AssetDetail
  readonly go: (to: string, search?: Readonly<Record<string, string | undefined>>) => void
  readonly edit: (attribute: string) => void
}

export const ASSET_ACTIONS: readonly Action<Subject>[] = [
  {
    id: 'asset.map',
    label: 'Follow on map',
    key: 'f',
    icon: IconHierarchy3,
    group: 'Asset',
    run: ({ asset, go }) => go('/map', { at: asset.id, site: asset.site }),
  },
  {
    id: 'asset.sessions',
    label: 'Its sessions',
    key: 's',
    icon: IconTimeline,
    may: 'session.read',
    group: 'Asset',
    run: ({ asset, go }) => go('/sessions', { asset: asset.id }),
  },
  {
    id: 'asset.operations',
    label: 'What is done to it',
    key: 'o',
    icon: IconTarget,
    may: 'operation.read',
    group: 'Asset',
    run: ({ asset, go }) => go('/operations', { server: asset.id }),
  },
  {
    id: 'asset.set',
    label: 'Set an attribute',
    key: 'e',
    icon: IconPencil,
    may: 'asset.edit',
    group: 'Asset',
    run: ({ edit }) => edit('purdueLevel'),
  },
]
