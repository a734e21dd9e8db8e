import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { IconButton } from '../ui/button.tsx'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '../ui/icons.ts'
import { useRemembered } from '../ui/local.ts'
import { Go } from './go.tsx'
import type { Room } from './rooms.ts'

export function Rail({ rooms }: { readonly rooms: readonly Room[] }): ReactNode {
  const [isFolded, fold] = useRemembered('rail.folded', false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const isAt = (place: string): boolean => path === place || path.startsWith(`${place}/`)
  useEffect(() => {
    document.documentElement.toggleAttribute('data-rail-folded', isFolded)
  }, [isFolded])
  return (
    <nav className="rail" aria-label="Rooms">
      <div className="rail-brand">
        <img src="/isthmus.svg" alt="" width={20} height={20} />
        <span>Isthmus</span>
      </div>
      <ul>
        {rooms.map((room) => (
          <li key={room.to} className={room.begins ? 'rail-begins' : ''}>
            <Go to={room.to} className={`rail-link ${room.also?.some(isAt) ? 'active' : ''}`} data-tip={isFolded ? room.name : undefined}>
              <room.icon size={17} stroke={1.6} aria-hidden />
              <span>{room.name}</span>
            </Go>
          </li>
        ))}
      </ul>
      <IconButton
        className="rail-fold"
        icon={isFolded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse}
        label={isFolded ? 'Unfold the rail' : 'Fold the rail'}
        onClick={() => fold(!isFolded)}
      />
    </nav>
  )
}
