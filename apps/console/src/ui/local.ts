/** Small choices a browser remembers: columns, a folded rail. Never anything secret. */
import { useCallback, useState } from 'react'

export function useRemembered<T>(name: string, initial: T): readonly [T, (next: T) => void] {
  const key = `isthmus.${name}`
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(key)
      return text === null ? initial : (JSON.parse(text) as T)
    } catch {
      return initial
    }
  })
  const set = useCallback(
    (next: T) => {
      setValue(next)
      localStorage.setItem(key, JSON.stringify(next))
    },
    [key],
  )
  return [value, set]
}
