import type { ReactNode } from 'react'
import type { Learning } from '../api/types.ts'
import { useZone } from '../shell/scope.ts'
import { moment } from '../ui/format.ts'
import { standingText } from './learning.view.ts'

/** The sentence on where learning stands; null: there is nothing to learn or nothing was seen. */
export function Standing({ learning, nothing }: { readonly learning: Learning | null; readonly nothing: string }): ReactNode {
  const zone = useZone()
  if (learning === null) return <span className="quiet">{nothing}</span>
  const now = Date.now()
  const when = (at: string | null): string => (at === null ? 'a time not known' : moment(at, zone, now))
  return <span className="second">{standingText(learning, when(learning.until), when(learning.since))}</span>
}
