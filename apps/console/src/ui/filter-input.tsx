import { type ReactNode, useEffect, useState } from 'react'

/** Long enough for a word, short enough to feel direct. */
const PAUSE_MS = 200

type Props = { readonly label: string; readonly value: string; readonly placeholder?: string; readonly onChange: (value: string) => void }

/** A text filter that reports after a short pause, and follows a value set from outside. */
export function FilterInput({ label, value, placeholder = 'filter', onChange }: Props): ReactNode {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <input
      type="search"
      aria-label={label}
      className="filter-input"
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  )
}
