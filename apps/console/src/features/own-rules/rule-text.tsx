import { type ReactNode, type Ref, useRef } from 'react'
import { linesOf } from './own-rules.view.ts'

type Props = {
  readonly value: string
  readonly onChange: (next: string) => void
  readonly wrongLines: ReadonlySet<number>
  readonly ref: Ref<HTMLTextAreaElement>
  readonly isReadOnly: boolean
}

/** A text with its lines numbered; lines with errors are marked. Tab leaves it, as in any field. */
export function RuleText({ value, onChange, wrongLines, ref, isReadOnly }: Props): ReactNode {
  const gutter = useRef<HTMLOListElement>(null)
  return (
    <div className="rule-text">
      <ol className="rule-lines-numbers mono" ref={gutter} aria-hidden>
        {Array.from({ length: linesOf(value) }, (_, i) => (
          <li key={i} className={wrongLines.has(i + 1) ? 'is-wrong' : ''}>
            {i + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={ref}
        className="mono"
        aria-label="The rule, in YAML"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        maxLength={100_000}
        readOnly={isReadOnly}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
    </div>
  )
}
