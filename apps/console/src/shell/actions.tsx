/**
 * What a person can do, as records: one record is the button, the shortcut, the palette's entry and the permission.
 * Pages register the actions of what they show; the key listener and the palette read the same list.
 */
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react'
import { Button } from '../ui/button.tsx'
import type { Icon } from '../ui/icons.ts'
import { sayFailure } from '../ui/toast.tsx'
import { useCan } from './me.ts'

export type Action<S> = {
  readonly id: string
  readonly label: string
  /** A character (`e`), a sequence (`g a`) or `mod+k`. */
  readonly key?: string
  readonly icon?: Icon
  /** The permission it needs; absent where looking is enough. */
  readonly may?: string
  readonly group?: string
  readonly isPrimary?: boolean
  readonly when?: (subject: S) => boolean
  readonly run: (subject: S) => unknown
}

export type Bound = {
  readonly id: string
  readonly label: string
  readonly key: string | undefined
  readonly icon: Icon | undefined
  readonly group: string
  readonly isPrimary: boolean
  readonly run: () => void
}

let registered: readonly (readonly Bound[])[] = []
const listeners = new Set<() => void>()

function turn(next: readonly (readonly Bound[])[]): void {
  registered = next
  for (const listener of listeners) listener()
}

/** Later registrations win a key: the page over the shell, a panel over its page. */
export function lookUp(keys: string): (() => void) | 'prefix' | undefined {
  let isPrefix = false
  for (const bound of registered.toReversed().flat()) {
    if (bound.key === keys) return bound.run
    isPrefix ||= bound.key?.startsWith(`${keys} `) ?? false
  }
  return isPrefix ? 'prefix' : undefined
}

export function useRegistered(): readonly Bound[] {
  const lists = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => registered,
  )
  return useMemo(() => lists.toReversed().flat(), [lists])
}

export function useActions<S>(actions: readonly Action<S>[], subject: S | undefined): readonly Bound[] {
  const can = useCan()
  const bound = useMemo(() => (subject === undefined ? [] : bind(actions, subject, can)), [actions, subject, can])
  useEffect(() => {
    if (bound.length === 0) return
    turn([...registered, bound])
    return () => turn(registered.filter((list) => list !== bound))
  }, [bound])
  return bound
}

function bind<S>(actions: readonly Action<S>[], subject: S, can: (permission: string) => boolean): readonly Bound[] {
  return actions
    .filter((action) => (action.may === undefined || can(action.may)) && (action.when?.(subject) ?? true))
    .map((action) => ({
      id: action.id,
      label: action.label,
      key: action.key,
      icon: action.icon,
      group: action.group ?? 'Here',
      isPrimary: action.isPrimary ?? false,
      run: () => {
        Promise.resolve(action.run(subject)).catch(sayFailure)
      },
    }))
}

export function ActionBar({ actions }: { readonly actions: readonly Bound[] }): ReactNode {
  if (actions.length === 0) return null
  return (
    <div className="action-bar" role="toolbar" aria-label="Actions">
      {actions.map((action) => (
        <Button key={action.id} icon={action.icon} tone={action.isPrimary ? 'primary' : 'plain'} hint={action.key} onClick={action.run}>
          {action.label}
        </Button>
      ))}
    </div>
  )
}
