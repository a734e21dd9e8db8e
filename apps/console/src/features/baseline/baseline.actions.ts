import type { BaselineRow } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconAdjustmentsHorizontal, IconCheck, IconHistory, IconPencil, IconPlus, IconX } from '../../ui/icons.ts'

export type Asking = 'approve' | 'limits' | 'forget' | 'add' | 'times' | 'again'
type Ask = { readonly ask: (what: Asking) => void }

export const ROW_ACTIONS: readonly Action<Ask & { readonly row: BaselineRow }>[] = [
  {
    id: 'baseline.approve',
    label: 'Approve',
    key: 'e',
    icon: IconCheck,
    may: 'baseline.edit',
    group: 'Baseline',
    isPrimary: true,
    run: ({ ask }) => ask('approve'),
  },
  {
    id: 'baseline.limits',
    label: 'Set the limits',
    key: 'l',
    icon: IconPencil,
    may: 'baseline.edit',
    group: 'Baseline',
    when: ({ row }) => row.kind === 'range' || row.kind === 'volume',
    run: ({ ask }) => ask('limits'),
  },
  {
    id: 'baseline.forget',
    label: 'Forget',
    key: 'd',
    icon: IconX,
    may: 'baseline.edit',
    group: 'Baseline',
    run: ({ ask }) => ask('forget'),
  },
]

export const PAGE_ACTIONS: readonly Action<Ask>[] = [
  { id: 'baseline.add', label: 'Add', key: 'n', icon: IconPlus, may: 'baseline.edit', group: 'Baseline', run: ({ ask }) => ask('add') },
  {
    id: 'learning.times',
    label: 'Learning times',
    icon: IconAdjustmentsHorizontal,
    may: 'baseline.edit',
    group: 'Baseline',
    run: ({ ask }) => ask('times'),
  },
  {
    id: 'learning.again',
    label: 'Learn again',
    icon: IconHistory,
    may: 'baseline.edit',
    group: 'Baseline',
    run: ({ ask }) => ask('again'),
  },
]
