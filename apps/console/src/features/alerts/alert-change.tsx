/** What people's decisions make of an alert: the change that explains it, the change it goes beyond, what is hidden beside it. */
import type { ReactNode } from 'react'
import type { Alert, AlertDetail } from '../../api/types.ts'
import { Go } from '../../shell/go.tsx'
import { plural } from '../../ui/format.ts'

type Decided = Pick<Alert, 'authorised' | 'exceeds'>

/** In the queue, beside the title. */
export function ChangeMark({ alert: { authorised, exceeds } }: { readonly alert: Decided }): ReactNode {
  const [exceeded] = exceeds ?? []
  if (authorised !== undefined) return <span className="second">within {authorised.reference}</span>
  if (exceeded === undefined) return null
  return <span className="second">beyond {exceeded.reference}</span>
}

export function ChangeNote({ alert: { authorised, exceeds } }: { readonly alert: Decided }): ReactNode {
  if (authorised !== undefined)
    return (
      <div className="change-note">
        <strong>Authorised work</strong>
        <p>
          <ChangeLink id={authorised.change} text={authorised.reference} /> {authorised.title}
        </p>
      </div>
    )
  if (exceeds === undefined || exceeds.length === 0) return null
  return (
    <div className="change-note change-note-exceeded">
      <strong>Goes beyond what was authorised</strong>
      <ul>
        {exceeds.map((one) => (
          <li key={`${one.change}${one.says}`}>
            <ChangeLink id={one.change} text={one.reference} />: {one.says}
          </li>
        ))}
      </ul>
    </div>
  )
}

function ChangeLink({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  return (
    <Go to="/authorised-changes" search={{ sel: id }} className="link">
      {text}
    </Go>
  )
}

/** Findings between the same two that raise no alert. */
export function HiddenNote({ alert: { suppressed } }: { readonly alert: Pick<AlertDetail, 'suppressed'> }): ReactNode {
  if (suppressed.length === 0) return null
  return (
    <p className="more second">
      Beside these{' '}
      {suppressed.map(({ suppression, reason, findings }, at) => (
        <span key={suppression}>
          {at > 0 && ', '}
          <Go to="/suppressions" search={{ sel: suppression }} className="link">
            {plural(findings, 'finding')} hidden: {reason}
          </Go>
        </span>
      ))}
    </p>
  )
}
