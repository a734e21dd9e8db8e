import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { IconX } from './icons.ts'

type Props = { readonly title: ReactNode; readonly label: string; readonly onClose: () => void; readonly children: ReactNode }

/** The detail beside its list; the list stays in view. */
export function Panel({ title, label, onClose, children }: Props): ReactNode {
  return (
    <aside className="panel" aria-label={label}>
      <header className="panel-head">
        <h2>{title}</h2>
        <IconButton icon={IconX} label="Close the panel" hint="Esc" onClick={onClose} />
      </header>
      <div className="panel-body">{children}</div>
    </aside>
  )
}
