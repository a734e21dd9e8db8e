import type { AuthorisedChange } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconPencil, IconPlus, IconX } from '../../ui/icons.ts'
import { say } from '../../ui/toast.tsx'
import { endChange } from './changes.api.ts'

export const PAGE_ACTIONS: readonly Action<{ readonly make: () => void }>[] = [
  {
    id: 'change.make',
    label: 'New change',
    key: 'n',
    icon: IconPlus,
    may: 'change.manage',
    group: 'Changes',
    isPrimary: true,
    run: ({ make }) => make(),
  },
]

type Subject = { readonly row: AuthorisedChange; readonly edit: () => void }
const isOpen = ({ row }: Subject): boolean => row.isPlanned && (row.state === 'in-force' || row.state === 'planned')

export const ROW_ACTIONS: readonly Action<Subject>[] = [
  {
    id: 'change.edit',
    label: 'Edit',
    key: 'e',
    icon: IconPencil,
    may: 'change.manage',
    group: 'Change',
    when: isOpen,
    run: ({ edit }) => edit(),
  },
  {
    id: 'change.end',
    label: 'End it now',
    key: 'x',
    icon: IconX,
    may: 'change.manage',
    group: 'Change',
    when: isOpen,
    run: async ({ row }) => {
      await endChange(row)
      say('Ended: the same work from here on exceeds it')
    },
  },
]
