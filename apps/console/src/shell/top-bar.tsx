import { useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useLive } from '../api/live.ts'
import { queryClient } from '../api/query.ts'
import { remove } from '../api/request.ts'
import { Button } from '../ui/button.tsx'
import { IconClock, IconLogout, IconSearch, IconServer2, IconSettings, IconUser } from '../ui/icons.ts'
import { Menu } from '../ui/menu.tsx'
import { Go } from './go.tsx'
import { useMe } from './me.ts'
import { RANGES, useScope } from './scope.ts'

export function TopBar({ onSearch, onHelp }: { readonly onSearch: () => void; readonly onHelp: () => void }): ReactNode {
  return (
    <header className="top">
      <SiteChoice />
      <RangeChoice />
      <button type="button" className="top-search" onClick={onSearch}>
        <IconSearch size={15} stroke={1.7} aria-hidden />
        <span>Search everything</span>
        <kbd aria-hidden>/</kbd>
      </button>
      <LiveMark />
      <button type="button" className="icon-button top-help" aria-label="Show all keys" data-tip="Show all keys  ?" onClick={onHelp}>
        <span aria-hidden>?</span>
      </button>
      <MeMenu />
    </header>
  )
}

function SiteChoice(): ReactNode {
  const { site, set } = useScope()
  const { sites } = useMe()
  if (sites.length === 1)
    return (
      <span className="top-site">
        <IconServer2 size={15} stroke={1.6} aria-hidden />
        {sites[0]!.name}
      </span>
    )
  return (
    <label className="top-choice">
      <IconServer2 size={15} stroke={1.6} aria-hidden />
      <select aria-label="Site" value={site ?? ''} onChange={(event) => set({ site: event.target.value })}>
        <option value="">All sites</option>
        {sites.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Rooms whose questions take a time range. */
const RANGED = ['/now', '/sessions', '/process']

function RangeChoice(): ReactNode {
  const { range, set } = useScope()
  const { pathname } = useLocation()
  const isHeeded = RANGED.some((room) => pathname.startsWith(room))
  const named =
    RANGES.find(([id]) => id === range)?.[1] ??
    range
      .replace('..', ' to ')
      .replaceAll(/:\d\d(\.\d+)?Z/g, '')
      .replaceAll('T', ' ')
  return (
    <Menu
      label={`Time range: ${named}`}
      className={`top-choice ${range === '' || !isHeeded ? '' : 'top-choice-set'} ${isHeeded ? '' : 'quiet'}`}
      {...(isHeeded ? {} : { tip: 'This page shows all time; the range narrows Now, Sessions and Process' })}
      trigger={
        <>
          <IconClock size={15} stroke={1.6} aria-hidden />
          <span>{named}</span>
        </>
      }
    >
      {(close) => (
        <div className="range-menu">
          <div className="menu-list">
            {RANGES.map(([id, text]) => (
              <button
                key={id}
                type="button"
                aria-pressed={id === range}
                onClick={() => {
                  set({ range: id })
                  close()
                }}
              >
                {text}
              </button>
            ))}
          </div>
          <CustomRange
            onChoose={(from, to) => {
              set({ range: `${from}..${to}` })
              close()
            }}
          />
        </div>
      )}
    </Menu>
  )
}

function CustomRange({ onChoose }: { readonly onChoose: (from: string, to: string) => void }): ReactNode {
  const [wrong, setWrong] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [from, to] = [`${form.get('from')}Z`, `${form.get('to')}Z`]
    if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) setWrong('Give both times.')
    else if (from >= to) setWrong('The end must be after the beginning.')
    else onChoose(from, to)
  }
  return (
    <form className="range-custom" onSubmit={submit}>
      <h3>Between (UTC)</h3>
      <input className="input" type="datetime-local" name="from" step={1} aria-label="From, UTC" />
      <input className="input" type="datetime-local" name="to" step={1} aria-label="To, UTC" />
      {wrong !== '' && (
        <p className="field-error" role="alert">
          {wrong}
        </p>
      )}
      <Button type="submit">Apply</Button>
    </form>
  )
}

const LIVE_WORDS = {
  live: ['Live', 'Changes arrive by themselves'],
  connecting: ['Connecting', 'Opening the live line'],
  lost: ['Not live', 'The live line is down; the browser keeps trying. What is shown may be old.'],
} as const

function LiveMark(): ReactNode {
  const state = useLive()
  const [word, tip] = LIVE_WORDS[state]
  return (
    <span className={`live live-${state}`} role="status" data-tip={tip}>
      <i aria-hidden />
      <span>{word}</span>
    </span>
  )
}

function MeMenu(): ReactNode {
  const me = useMe()
  const navigate = useNavigate()
  const leave = async (): Promise<void> => {
    await remove('/sign-ins/current').catch(() => undefined)
    queryClient.clear()
    await navigate({ to: '/sign-in' as never, search: {} as never })
  }
  return (
    <Menu label={`Signed in as ${me.user.displayName}`} className="icon-button" trigger={<IconUser size={16} stroke={1.6} aria-hidden />}>
      {(close) => (
        <div className="me-menu">
          <p>
            <strong>{me.user.displayName}</strong>
            <span className="quiet">{[...new Set(me.roles.map((each) => each.role.replace('-', ' ')))].join(', ')}</span>
          </p>
          <div className="menu-list">
            <Go to="/settings" onClick={close}>
              <IconSettings size={15} stroke={1.6} aria-hidden /> Settings
            </Go>
            <button type="button" onClick={() => void leave()}>
              <IconLogout size={15} stroke={1.6} aria-hidden /> Sign out
            </button>
          </div>
        </div>
      )}
    </Menu>
  )
}
