/** Short messages of what was done, with an undo for ten seconds where there is one. */
import { type ReactNode, useSyncExternalStore } from 'react'
import { Button } from './button.tsx'

type Toast = { readonly id: number; readonly text: string; readonly isFailure: boolean; readonly undo: (() => void) | undefined }

const SHOWN_MS = 10_000
/** More would cover the page. */
const MOST = 4
let toasts: readonly Toast[] = []
let next = 1
const listeners = new Set<() => void>()

function turn(value: readonly Toast[]): void {
  toasts = value
  for (const listener of listeners) listener()
}

function drop(id: number): void {
  turn(toasts.filter((toast) => toast.id !== id))
}

export function say(text: string, undo?: () => void): void {
  show({ id: next++, text, isFailure: false, undo })
}

export function sayFailure(error: unknown): void {
  show({ id: next++, text: error instanceof Error ? error.message : 'That did not work.', isFailure: true, undo: undefined })
}

function show(toast: Toast): void {
  turn([...toasts.slice(1 - MOST), toast])
  setTimeout(() => drop(toast.id), SHOWN_MS)
}

/** Takes back the newest thing that can be taken back. */
export function undoLast(): boolean {
  const last = toasts.findLast((toast) => toast.undo !== undefined)
  if (last?.undo === undefined) return false
  last.undo()
  drop(last.id)
  return true
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast ${toast.isFailure ? 'toast-failure' : ''}`}>
          <span>{toast.text}</span>
          {toast.undo !== undefined && (
            <Button
              tone="bare"
              hint="u"
              onClick={() => {
                toast.undo?.()
                drop(toast.id)
              }}
            >
              Undo
            </Button>
          )}
        </div>
      ))}
    </div>
  )
}
