import { type ReactNode, useId, useRef } from 'react'

type Props = {
  readonly trigger: ReactNode
  readonly label: string
  readonly className?: string
  readonly tip?: string
  readonly children: (close: () => void) => ReactNode
}

/** A button that opens a small surface under it; the browser closes it on Escape or a click elsewhere. */
export function Menu({ trigger, label, className = 'button', tip, children }: Props): ReactNode {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const surface = useRef<HTMLDivElement>(null)
  const place = (open: boolean): void => {
    const from = button.current?.getBoundingClientRect()
    const box = surface.current
    if (!open || from === undefined || box === null) return
    box.style.top = `${Math.min(from.bottom + 4, innerHeight - box.offsetHeight - 8)}px`
    box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - box.offsetWidth - 8))}px`
    box.querySelector<HTMLElement>('input, button, select, a')?.focus()
  }
  return (
    <>
      <button ref={button} type="button" className={className} aria-label={label} data-tip={tip} popoverTarget={id}>
        {trigger}
      </button>
      <div
        ref={surface}
        id={id}
        popover="auto"
        className="menu"
        role="group"
        aria-label={label}
        onToggle={(event) => place(event.newState === 'open')}
      >
        {children(() => surface.current?.hidePopover())}
      </div>
    </>
  )
}
