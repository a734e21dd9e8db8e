import type { ReactNode } from 'react'

type Props = {
  readonly title: ReactNode
  readonly count?: string | undefined
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  /** The page fills the window and scrolls inside: lists, the map. */
  readonly fills?: boolean
  readonly children: ReactNode
}

export function Page({ title, count, lead, actions, fills = false, children }: Props): ReactNode {
  return (
    <div className={`page ${fills ? 'page-fills' : ''}`}>
      <header className="page-head">
        <h1>
          {title}
          {count !== undefined && <span className="page-count">{count}</span>}
        </h1>
        {lead}
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

type SectionProps = {
  readonly title: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
  readonly id?: string
}

export function Section({ title, aside, children, className, id }: SectionProps): ReactNode {
  return (
    <section className={`section ${className ?? ''}`} id={id}>
      <header className="section-head">
        <h2>{title}</h2>
        {aside !== undefined && <div className="section-aside">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

/** Names and values in two columns. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: ReactNode, value: ReactNode] | undefined)[] }): ReactNode {
  return (
    <dl className="facts">
      {rows.map(
        (row, at) =>
          row !== undefined && (
            <div key={at}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
