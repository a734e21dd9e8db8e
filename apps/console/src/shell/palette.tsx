/** Search over objects and actions: an address, a name, a tag, a rule, a thing to do. */
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { IconSearch } from '../ui/icons.ts'
import { type Bound, useRegistered } from './actions.tsx'
import { useGo } from './go.tsx'
import { type Hit, matches } from './palette.view.ts'
import { useFound } from './search.ts'

export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState('')
  const asked = useDeferredValue(text.trim())
  const go = useGo()
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const actions = useRegistered()
  const found = useFound(asked)
  const hits = useMemo<readonly Hit[]>(
    () => [...found.hits.map((hit) => ({ ...hit, run: () => go(hit.to, hit.search) })), ...commands(actions, asked)],
    [found.hits, actions, asked, go],
  )
  useEffect(() => setAt(0), [asked])
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    onClose()
    hit.run()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(hits.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter') choose(hits[at])
    else return
    event.preventDefault()
  }
  const groups = [...new Set(hits.map((hit) => hit.group))]
  return (
    <Dialog title="Search everything" onClose={onClose} bare wide>
      <div className="palette">
        <div className="palette-ask">
          <IconSearch size={17} stroke={1.6} aria-hidden />
          <input
            autoFocus
            type="text"
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={hits.length > 0 ? `${id}-${at}` : undefined}
            aria-label="An address, a name, a tag, a rule, an action"
            placeholder="An address, a name, a tag, a rule, an action"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={press}
          />
          {found.isLooking && <span className="quiet">looking</span>}
        </div>
        <div ref={list} id={`${id}-list`} role="listbox" aria-label="Found" className="palette-list" tabIndex={-1}>
          {groups.map((group) => (
            <div key={group} role="group" aria-label={group}>
              <p className="palette-group" aria-hidden>
                {group}
              </p>
              {hits.map(
                (hit, n) =>
                  hit.group === group && (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the input does the same
                    <div
                      key={hit.id}
                      id={`${id}-${n}`}
                      data-at={n}
                      role="option"
                      aria-selected={n === at}
                      className="palette-hit"
                      onClick={() => choose(hit)}
                      onPointerMove={() => setAt(n)}
                    >
                      <span className="clip">{hit.label}</span>
                      {hit.detail !== undefined && <span className="quiet clip mono">{hit.detail}</span>}
                      {hit.key !== undefined && <kbd>{hit.key === 'mod+k' ? 'Ctrl K' : hit.key}</kbd>}
                    </div>
                  ),
              )}
            </div>
          ))}
          {hits.length === 0 && !found.isLooking && (
            <p className="palette-none quiet">Nothing is called that. Try part of an address, a name or a tag.</p>
          )}
        </div>
      </div>
    </Dialog>
  )
}

function commands(actions: readonly Bound[], text: string): readonly Hit[] {
  const seen = new Set<string>(['palette', 'search'])
  return actions
    .filter((action) => !seen.has(action.id) && seen.add(action.id) && matches(`${action.label} ${action.group}`, text))
    .map((action) => ({
      id: `action.${action.id}`,
      group: action.group,
      label: action.label,
      detail: undefined,
      key: action.key,
      run: action.run,
    }))
}
