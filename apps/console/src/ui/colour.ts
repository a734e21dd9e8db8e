/** Theme colours for canvases, which cannot read CSS variables by themselves. */

export function colour(name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

export function palette<const N extends readonly string[]>(...names: N): Record<N[number], string> {
  return Object.fromEntries(names.map((name) => [name, colour(name)])) as Record<N[number], string>
}

/** Calls back when the theme turns, by the toggle or by the system. */
export function onTheme(turn: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)')
  const seen = new MutationObserver(turn)
  seen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  media.addEventListener('change', turn)
  return () => {
    seen.disconnect()
    media.removeEventListener('change', turn)
  }
}
