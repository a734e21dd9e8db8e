import type { Suppression } from '../../api/types.ts'
import { endSuppression } from '../../objects/suppressions.api.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconPlus, IconX } from '../../ui/icons.ts'
import { say } from '../../ui/toast.tsx'

export const PAGE_ACTIONS: readonly Action<{ readonly make: () => void }>[] = [
  {
    id: 'suppression.make',
    label: 'New suppression',
    key: 'n',
    icon: IconPlus,
    may: 'suppression.manage',
    group: 'Suppressions',
    isPrimary: true,
    run: ({ make }) => make(),
  },
]

export const ROW_ACTIONS: readonly Action<{ readonly row: Suppression }>[] = [
  {
    id: 'suppression.end',
    label: 'End it now',
    key: 'e',
    icon: IconX,
    may: 'suppression.manage',
    group: 'Suppression',
    when: ({ row }) => row.state === 'in-force' || row.state === 'planned',
    run: async ({ row }) => {
      await endSuppression(row)
      say('Ended: such findings raise alerts again')
    },
  },
]
