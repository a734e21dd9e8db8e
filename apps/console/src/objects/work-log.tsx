/** What people did to an alert or an incident, newest first. */
import type { ReactNode } from 'react'
import type { WorkEvent } from '../api/types.ts'
import { words } from '../ui/format.ts'
import { When } from './marks.tsx'

export function WorkLog({ events, nothing }: { readonly events: readonly WorkEvent[]; readonly nothing: string }): ReactNode {
  if (events.length === 0) return <p className="section-body quiet">{nothing}</p>
  return (
    <ol className="work-log">
      {events.toReversed().map((event, at) => (
        <li key={events.length - at}>
          <When at={event.at} />
          <span>
            <strong>{event.by?.displayName ?? 'Isthmus'}</strong> {sentence(event)}
          </span>
          {event.text !== undefined && <p>{event.text}</p>}
        </li>
      ))}
    </ol>
  )
}

function sentence(event: WorkEvent): string {
  switch (event.kind) {
    case 'moved':
      return event.from === undefined
        ? `set it to ${words(event.to ?? '').toLowerCase()}`
        : `moved it from ${words(event.from).toLowerCase()} to ${words(event.to ?? '').toLowerCase()}`
    case 'assigned':
      return event.to === undefined || event.to === '' ? 'took it from its owner' : `gave it to ${event.to}`
    case 'noted':
      return 'noted'
    case 'reopened':
      return 'reopened it: it happened again'
  }
}
