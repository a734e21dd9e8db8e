import { type ReactNode, useEffect, useId, useRef } from 'react'
import { IconButton } from './button.tsx'
import { IconX } from './icons.ts'

type Props = {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
  /** No title bar: the content brings its own head (the palette). */
  readonly bare?: boolean
}

/** The browser's modal dialog: it holds the focus, closes on Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, wide = false, bare = false }: Props): ReactNode {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (dialog === null || dialog.open) return
    dialog.showModal()
    // The first thing to fill in, else the content itself: never the cross that closes it.
    const body = dialog.querySelector<HTMLElement>('.dialog-body')
    const first = body?.querySelector<HTMLElement>('input, select, textarea')
    ;(first ?? body)?.focus()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click on the backdrop is a second way out; Escape is the keyboard's
    <dialog
      ref={ref}
      className={`dialog ${wide ? 'dialog-wide' : ''} ${bare ? 'dialog-bare' : ''}`}
      {...(bare ? { 'aria-label': title } : { 'aria-labelledby': id })}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      {!bare && (
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon={IconX} label="Close" hint="Esc" onClick={onClose} />
        </header>
      )}
      <div className="dialog-body" tabIndex={-1}>
        {children}
      </div>
    </dialog>
  )
}
