import type { ReactNode } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { useRegistered } from './actions.tsx'

const TABLE_KEYS: readonly (readonly [key: string, label: string])[] = [
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['x', 'Choose the row'],
  ['Enter', 'Open the full page'],
  ['Esc', 'Close the panel'],
]

/** Every key that does something at this moment, from the same records that the buttons use. */
export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const actions = useRegistered().filter((action) => action.key !== undefined)
  const groups = [...new Set(actions.map((action) => action.group))]
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="help">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <Keys rows={actions.filter((action) => action.group === group).map((action) => [action.key!, action.label])} />
          </section>
        ))}
        <section>
          <h3>In lists</h3>
          <Keys rows={TABLE_KEYS} />
        </section>
      </div>
    </Dialog>
  )
}

function Keys({ rows }: { readonly rows: readonly (readonly [key: string, label: string])[] }): ReactNode {
  return (
    <dl className="keys">
      {rows.map(([key, label]) => (
        <div key={`${key}${label}`}>
          <dt>
            {key.split(' ').map((part) => (
              <kbd key={part}>{part === 'mod+k' ? 'Ctrl K' : part}</kbd>
            ))}
          </dt>
          <dd>{label}</dd>
        </div>
      ))}
    </dl>
  )
}
