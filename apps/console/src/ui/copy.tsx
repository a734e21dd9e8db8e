import type { ReactNode } from 'react'
import { say } from './toast.tsx'

/** Monospaced text that copies itself on click: addresses, hashes. */
export function Copy({ text, children }: { readonly text: string; readonly children?: ReactNode }): ReactNode {
  return (
    <button
      type="button"
      className="copy mono"
      data-tip="Click to copy"
      onClick={(event) => {
        event.stopPropagation()
        void navigator.clipboard?.writeText(text).then(() => say(`Copied ${text}`))
      }}
    >
      {children ?? text}
    </button>
  )
}
