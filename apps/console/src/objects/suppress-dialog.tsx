/** Makes a suppression: its scope is tried on what is stored while it is typed. */
import { type ReactNode, useEffect, useState } from 'react'
import type { Alert, Rule, SuppressionPreview } from '../api/types.ts'
import { Go } from '../shell/go.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { MomentField, type Option, SelectField, TextArea, TextField } from '../ui/field.tsx'
import { useSubmit, Wrong } from '../ui/form.tsx'
import { count, words } from '../ui/format.ts'
import { Loaded, SkeletonRows } from '../ui/loaded.tsx'
import { say } from '../ui/toast.tsx'
import { When } from './marks.tsx'
import { suppress, usePreview, useRuleNames } from './suppressions.api.ts'
import {
  LENGTHS,
  NO_SCOPE,
  type Part,
  previewText,
  type ScopeText,
  scopeOf,
  scopeOfAlert,
  standingText,
  untilOf,
} from './suppressions.view.ts'
import { LEVELS } from './words.ts'
import './suppressions.css'

type About = Pick<Alert, 'site' | 'title' | 'rules' | 'client' | 'server' | 'firstAt'>
type Props = { readonly site: string; readonly about?: About | undefined; readonly onClose: () => void; readonly onDone?: () => void }

const ENGINES = ['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom']
/** Typing rests for this long before it is tried. */
const PAUSE_MS = 400

export function SuppressDialog({ site, about, onClose, onDone }: Props): ReactNode {
  const rules = useRuleNames().data?.items ?? []
  const [scope, setScope] = useState<ScopeText>(about === undefined ? NO_SCOPE : scopeOfAlert(about))
  const [length, setLength] = useState('30')
  const [begin, setBegin] = useState('now')
  const settled = useSettled(scope)
  const set = (part: Part) => (event: { readonly target: { readonly value: string } }) =>
    setScope((before) => ({ ...before, [part]: event.target.value }))
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const given = scopeOf(scope)
    if (given === undefined) throw new Error('Name at least a rule, kind, level, source, target, protocol or account.')
    const from = begin === 'alert' && about !== undefined ? { from: about.firstAt } : {}
    const until = untilOf(length, String(form.get('time') ?? ''), Date.now())
    await suppress({ site, scope: given, reason: String(form.get('reason') ?? ''), until, ...from })
    say('Suppressed: such findings raise no alert')
    onDone?.()
    onClose()
  })
  return (
    <Dialog title={about === undefined ? 'New suppression' : 'Suppress findings like these'} onClose={onClose} wide>
      <form onSubmit={submit}>
        {about !== undefined && <p className="second">{about.title}</p>}
        <div className="suppress-fields">
          <SelectField label="Rule" value={scope.rule} onChange={set('rule')} options={ruleOptions(rules, scope.rule)} />
          <SelectField
            label="Kind of rule"
            value={scope.engine}
            onChange={set('engine')}
            options={[['', 'Any kind'], ...ENGINES.map((engine) => [engine, words(engine)] as const)]}
          />
          <TextField label="Source" value={scope.client} onChange={set('client')} placeholder="anywhere" maxLength={100} />
          <TextField label="Target" value={scope.server} onChange={set('server')} placeholder="anywhere" maxLength={100} />
          <SelectField
            label="Highest level"
            value={scope.level}
            onChange={set('level')}
            options={[['', 'Any level'], ...LEVELS.map((level) => [level, `Up to ${level}`] as const)]}
          />
          <TextField label="Account" value={scope.user} onChange={set('user')} placeholder="anybody" maxLength={100} />
        </div>
        <p className="quiet">
          All that is given must hold. A source or target is an address or a network, as 10.1.2.0/24. Known threats of level high or above
          are hidden only when their rule is named.
        </p>
        <section className="suppress-preview" aria-label="What it would have hidden" aria-live="polite">
          <Tried site={site} scope={settled} />
        </section>
        <div className="suppress-fields">
          <SelectField label="It counts" value={length} onChange={(event) => setLength(event.target.value)} options={LENGTHS} />
          {length === 'time' ? (
            <MomentField label="Until" name="time" />
          ) : (
            about !== undefined && (
              <SelectField
                label="From"
                value={begin}
                onChange={(event) => setBegin(event.target.value)}
                options={[
                  ['now', 'Now on'],
                  ['alert', 'The first finding of this alert on'],
                ]}
                help="Captures of earlier days are judged by when they were taken."
              />
            )
          )}
        </div>
        <TextArea label="Why this is known to be nothing" name="reason" maxLength={1000} required rows={2} />
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Suppress
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

/** The alert's own rule is among them whatever the catalogue holds. */
function ruleOptions(rules: readonly Rule[], own: string): readonly Option[] {
  const known = rules.map(({ name, title }) => [name, title] as const)
  const isMissing = own !== '' && !known.some(([name]) => name === own)
  return [['', 'Any rule'], ...(isMissing ? [[own, words(own)] as const] : []), ...known]
}

function Tried({ site, scope }: { readonly site: string; readonly scope: ScopeText }): ReactNode {
  const given = scopeOf(scope)
  const preview = usePreview(site, given === undefined ? undefined : { ...NO_SCOPE, ...given })
  if (given === undefined) return <p className="quiet">Say what is to be hidden: what it would have done so far is shown here.</p>
  return (
    <Loaded value={preview} skeleton={<SkeletonRows rows={2} />}>
      {(told) => (
        <>
          <p>
            <strong>{previewText(told)}</strong>
          </p>
          {!told.isWhole && (
            <p className="second">
              Tried on the latest {count(told.findings)} findings of this kind, since <When at={told.since} />. Older ones were not tried.
            </p>
          )}
          <Differences noun="alerts" list={told.alerts} />
          <Differences noun="incidents" list={told.incidents} />
        </>
      )}
    </Loaded>
  )
}

const MOST = 6

function Differences({ noun, list }: { readonly noun: 'alerts' | 'incidents'; readonly list: SuppressionPreview['alerts'] }): ReactNode {
  if (list.length === 0) return null
  return (
    <ul className="suppress-differences">
      {list.slice(0, MOST).map((one) => (
        <li key={`${one.id}${one.title}`}>
          {one.id === null ? one.title : <Go to={`/${noun}/${one.id}`}>{one.title}</Go>} <span className="second">{standingText(one)}</span>
        </li>
      ))}
      {list.length > MOST && (
        <li className="quiet">
          and {count(list.length - MOST)} more {noun}
        </li>
      )}
    </ul>
  )
}

function useSettled<T>(value: T): T {
  const [settled, set] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => set(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
