/** One hover explanation for the whole page: any element with `data-tip` shows it on hover and on keyboard focus. */
import { type ReactNode, useEffect, useRef } from 'react'

const DELAY_MS = 250

export function Tips(): ReactNode {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const hide = (): void => {
      clearTimeout(timer)
      if (ref.current?.matches(':popover-open')) ref.current.hidePopover()
    }
    const show = (target: EventTarget | null, delay: number): void => {
      const owner = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
      hide()
      if (owner === null) return
      timer = setTimeout(() => place(owner, ref.current), delay)
    }
    const over = (event: PointerEvent): void => show(event.target, DELAY_MS)
    const focus = (event: FocusEvent): void => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) show(event.target, 0)
    }
    document.addEventListener('pointerover', over)
    document.addEventListener('focusin', focus)
    document.addEventListener('focusout', hide)
    document.addEventListener('pointerdown', hide)
    document.addEventListener('keydown', hide)
    return () => {
      hide()
      document.removeEventListener('pointerover', over)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('pointerdown', hide)
      document.removeEventListener('keydown', hide)
    }
  }, [])
  return <div ref={ref} className="tip" popover="manual" aria-hidden />
}

function place(owner: HTMLElement, tip: HTMLElement | null): void {
  const text = owner.dataset['tip']
  if (tip === null || text === undefined || text === '' || !owner.isConnected) return
  tip.textContent = text
  tip.showPopover()
  const at = owner.getBoundingClientRect()
  const below = at.bottom + 6 + tip.offsetHeight < innerHeight
  tip.style.top = `${below ? at.bottom + 6 : at.top - tip.offsetHeight - 6}px`
  tip.style.left = `${Math.max(6, Math.min(at.left, innerWidth - tip.offsetWidth - 6))}px`
}
