/** The theme a person chose: the system's, dark, or light. Kept in the browser; `public/theme.js` applies it before the first paint. */
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'dark' | 'light'
const KEY = 'isthmus.theme'
const listeners = new Set<() => void>()

export function theme(): Theme {
  const chosen = localStorage.getItem(KEY)
  return chosen === 'dark' || chosen === 'light' ? chosen : 'system'
}

export function chooseTheme(next: Theme): void {
  if (next === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem(KEY, next)
    document.documentElement.dataset['theme'] = next
  }
  for (const listener of listeners) listener()
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, theme)
}
