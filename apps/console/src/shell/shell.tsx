/** The frame around every room: rail, top bar, palette, keys, live line. */
import { Outlet } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { connect } from '../api/live.ts'
import { listen } from '../ui/keys.ts'
import '../objects/objects.css'
import '../objects/layout.css'
import '../ui/table.css'
import './shell.css'
import { chooseTheme, theme } from '../ui/theme.ts'
import { Tips } from '../ui/tip.tsx'
import { Toasts, undoLast } from '../ui/toast.tsx'
import { type Action, lookUp, useActions } from './actions.tsx'
import { useGo } from './go.tsx'
import { Help } from './help.tsx'
import { useCan } from './me.ts'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { ROOMS } from './rooms.ts'
import { TopBar } from './top-bar.tsx'

type Overlay = 'palette' | 'help' | undefined
type Hands = { readonly go: (to: string) => void; readonly show: (overlay: Overlay) => void }

const SHELL_ACTIONS: readonly Action<Hands>[] = [
  { id: 'palette', label: 'Search everything', key: 'mod+k', group: 'Everywhere', run: ({ show }) => show('palette') },
  { id: 'search', label: 'Search', key: '/', group: 'Everywhere', run: ({ show }) => show('palette') },
  { id: 'help', label: 'Show all keys', key: '?', group: 'Everywhere', run: ({ show }) => show('help') },
  { id: 'undo', label: 'Undo the last change', key: 'u', group: 'Everywhere', run: () => void undoLast() },
  { id: 'theme', label: 'Turn dark or light', key: 'g d', group: 'Everywhere', run: turnTheme },
  ...ROOMS.map(
    (room): Action<Hands> => ({
      id: `go.${room.to}`,
      label: `Go to ${room.name}`,
      key: `g ${room.key}`,
      icon: room.icon,
      group: 'Rooms',
      run: ({ go }) => go(room.to),
      ...(room.may === undefined ? {} : { may: room.may }),
    }),
  ),
]

function turnTheme(): void {
  const chosen = theme()
  const isDark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  chooseTheme(isDark ? 'light' : 'dark')
}

export function Shell(): ReactNode {
  const go = useGo()
  const can = useCan()
  const [overlay, show] = useState<Overlay>()
  const hands = useMemo(() => ({ go, show }), [go])
  useActions(SHELL_ACTIONS, hands)
  useEffect(() => connect(), [])
  useEffect(() => listen(lookUp), [])
  const rooms = useMemo(() => ROOMS.filter((room) => room.may === undefined || can(room.may)), [can])
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Rail rooms={rooms} />
      <TopBar onSearch={() => show('palette')} onHelp={() => show('help')} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long page without a link must scroll by keyboard too */}
      <main id="main" tabIndex={0}>
        <Outlet />
      </main>
      {overlay === 'palette' && <Palette onClose={() => show(undefined)} />}
      {overlay === 'help' && <Help onClose={() => show(undefined)} />}
      <Toasts />
      <Tips />
    </div>
  )
}
