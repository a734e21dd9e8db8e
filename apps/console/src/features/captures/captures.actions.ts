import type { Capture } from '../../api/types.ts'
import type { Action } from '../../shell/actions.tsx'
import { IconX } from '../../ui/icons.ts'

type Subject = { readonly capture: Capture; readonly ask: () => void }

export const CAPTURE_ACTIONS: readonly Action<Subject>[] = [
  { id: 'capture.remove', label: 'Remove', icon: IconX, may: 'capture.remove', group: 'Capture', run: ({ ask }) => ask() },
]
