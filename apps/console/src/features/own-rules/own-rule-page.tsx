import { useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/request.ts'
import type { OwnAnswer, OwnRuleDetail } from '../../api/types.ts'
import { LevelMark } from '../../objects/marks.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useCan, useMe, useSiteName } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented, SelectField } from '../../ui/field.tsx'
import { Wrong } from '../../ui/form.tsx'
import { words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { say } from '../../ui/toast.tsx'
import { createDrafts, draftWords } from './drafts.ts'
import { FieldList } from './field-list.tsx'
import { addOwnRule, type Change, changeOwnRule, checkText, useOwnRule, useRuleFields } from './own-rules.api.ts'
import { categoryOf, errorWords, placeOfLine, TEMPLATE, titleOf } from './own-rules.view.ts'
import { RuleBuilder } from './rule-builder.tsx'
import { RuleText } from './rule-text.tsx'
import { VersionList } from './version-list.tsx'
import './own-rules.css'

const ALL = ''
const NEW = 'new'
const drafts = createDrafts(sessionStorage)

export function OwnRulePage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  const rule = useOwnRule(id === NEW ? undefined : id)
  if (id === NEW) return <Editor rule={undefined} />
  return (
    <Loaded
      value={rule}
      skeleton={
        <div className="page">
          <SkeletonRows rows={16} widths={[70]} />
        </div>
      }
    >
      {(found) => <Editor key={found.number} rule={found} />}
    </Loaded>
  )
}

function Editor({ rule }: { readonly rule: OwnRuleDetail | undefined }): ReactNode {
  const me = useMe()
  const can = useCan()
  const go = useGo()
  const scope = useScope()
  const nameOf = useSiteName()
  const [id, saved, number] = rule === undefined ? [NEW, TEMPLATE, 0] : [rule.id, rule.text, rule.number]
  // Somebody else may sign in where the tab stayed open.
  const place = `${me.user.id}.${id}`
  const [draft, setDraft] = useState(() => drafts.of(place))
  const [text, type] = useState(draft?.text ?? saved)
  const [site, setSite] = useState<string | null>(rule === undefined ? (scope.site ?? me.sites[0]?.id ?? null) : rule.site)
  const [answer, setAnswer] = useState<OwnAnswer | undefined>(text === saved ? rule : undefined)
  const [wrong, setWrong] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [beside, setBeside] = useState('fields')
  const area = useRef<HTMLTextAreaElement>(null)
  const mayChange = can('rule.manage')
  const isChanged = text !== saved
  useAskedBeforeClosing(isChanged && mayChange)

  const setText = (next: string): void => {
    type(next)
    if (next === saved) drafts.forget(place)
    else drafts.keep(place, { text: next, over: draft?.over ?? number })
  }
  const discard = (): void => {
    drafts.forget(place)
    setDraft(undefined)
    type(saved)
    setAnswer(rule)
  }
  /** One question to the server at a time; what it says of the text is shown by line. */
  const run = (work: () => Promise<void>): void => {
    setBusy(true)
    setWrong(undefined)
    work()
      .catch(async (cause: Error) => {
        setWrong(cause.message)
        if (cause instanceof ApiError && cause.code === 'not-valid') setAnswer(await checkText(site, text, rule?.id))
      })
      .finally(() => setBusy(false))
  }
  const check = () => run(async () => setAnswer(await checkText(site, text, rule?.id)))
  const change = (body: Omit<Change, 'after'>, said: string) =>
    run(async () => {
      if (rule === undefined) return
      const made = await changeOwnRule(rule.id, { ...body, after: rule.number })
      if (body.text !== undefined) drafts.forget(place)
      else if (isChanged) drafts.keep(place, { text, over: made.number })
      say(said)
    })
  const add = (isOn: boolean) =>
    run(async () => {
      const made = await addOwnRule({ site, text, isOn })
      drafts.forget(place)
      say(isOn ? 'The rule is in force' : 'Kept, switched off')
      go(`/own-rules/${made.id}`)
    })
  const jump = (line: number) => {
    const [from, to] = placeOfLine(text, line)
    area.current?.focus()
    area.current?.setSelectionRange(from, to)
  }
  const sides = [
    ['fields', 'Fields'],
    ...(mayChange ? [['build', 'Build']] : []),
    ...(rule === undefined ? [] : [['versions', 'Versions']]),
  ]
  return (
    <Page
      title={rule === undefined ? 'New rule' : titleOf(rule)}
      lead={
        <span className="quiet">
          <Go to="/own-rules" className="link">
            Own rules
          </Go>
          {rule !== undefined && ` · ${rule.isOn ? 'on' : 'off'} · version ${rule.number} · ${siteName(me.sites, rule.site)}`}
        </span>
      }
    >
      <div className="own-rule-grid">
        <div className="stack">
          <Section title="The rule">
            <div className="section-body stack-tight">
              {rule === undefined && (
                <SelectField
                  label="For"
                  options={[
                    ...me.sites.map(({ id, name }) => [id, name] as const),
                    ...(mayEverywhere(me) ? [[ALL, 'All sites'] as const] : []),
                  ]}
                  value={site ?? ALL}
                  onChange={(event) => setSite(event.target.value === ALL ? null : event.target.value)}
                />
              )}
              {rule?.dropped.map((one) => (
                <p key={`${one.site} ${errorWords(one)}`} className="rule-trouble" role="note">
                  It is on and does not count at {nameOf(one.site)}: {errorWords(one)}
                </p>
              ))}
              {draft !== undefined && isChanged && mayChange && (
                <p className="rule-draft" role="status">
                  <span>{draftWords(draft, number)}</span>
                  <Button onClick={discard}>Throw it away</Button>
                </p>
              )}
              <RuleText
                ref={area}
                value={text}
                onChange={setText}
                isReadOnly={!mayChange}
                wrongLines={new Set(answer?.errors.flatMap(({ line }) => line ?? []))}
              />
              <Wrong text={wrong} />
              {mayChange && (
                <div className="builder-actions">
                  <Button disabled={isBusy} onClick={check}>
                    Check
                  </Button>
                  {rule === undefined ? (
                    <>
                      <Button disabled={isBusy} onClick={() => add(false)}>
                        Keep as a draft
                      </Button>
                      <Button tone="primary" disabled={isBusy} onClick={() => add(true)}>
                        Put in force
                      </Button>
                    </>
                  ) : (
                    <>
                      <Button disabled={isBusy} onClick={() => change({ isOn: !rule.isOn }, rule.isOn ? 'Switched off' : 'Switched on')}>
                        {rule.isOn ? 'Switch off' : 'Switch on'}
                      </Button>
                      <Button tone="primary" disabled={isBusy || !isChanged} onClick={() => change({ text }, 'Saved as a new version')}>
                        Save
                      </Button>
                    </>
                  )}
                </div>
              )}
              <Verdict answer={answer} onLine={jump} />
            </div>
          </Section>
        </div>
        <Section
          title="Tools"
          aside={<Segmented label="Tools" value={beside} options={sides as [string, string][]} onChange={setBeside} />}
        >
          {beside === 'versions' && rule !== undefined ? (
            <VersionList rule={rule} mayChange={mayChange} onBack={(number) => change({ backTo: number }, `Back to version ${number}`)} />
          ) : (
            <Reference
              isBuilding={beside === 'build'}
              category={categoryOf(text)}
              onWrite={(written) => {
                setText(written)
                setAnswer(undefined)
                area.current?.focus()
              }}
            />
          )}
        </Section>
      </div>
    </Page>
  )
}

/** What was typed is kept as long as the tab is: the browser asks before it closes. */
function useAskedBeforeClosing(isAsked: boolean): void {
  useEffect(() => {
    if (!isAsked) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isAsked])
}

type ReferenceProps = { readonly isBuilding: boolean; readonly category: string; readonly onWrite: (text: string) => void }

function Reference({ isBuilding, category, onWrite }: ReferenceProps): ReactNode {
  return (
    <Loaded value={useRuleFields()} skeleton={<SkeletonRows rows={12} widths={[40, 30]} />}>
      {(fields) => (isBuilding ? <RuleBuilder fields={fields} onWrite={onWrite} /> : <FieldList fields={fields} category={category} />)}
    </Loaded>
  )
}

function Verdict({ answer, onLine }: { readonly answer: OwnAnswer | undefined; readonly onLine: (line: number) => void }): ReactNode {
  if (answer === undefined) return null
  return (
    <div className="rule-verdict" role="status">
      {answer.errors.length > 0 && (
        <ul className="rule-errors">
          {answer.errors.map((error) => (
            <li key={errorWords(error)}>
              {error.line === null ? (
                errorWords(error)
              ) : (
                <button type="button" className="as-link" onClick={() => onLine(error.line ?? 1)}>
                  {errorWords(error)}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {answer.errors.length === 0 && answer.rules.length === 0 && <p>No rule in it raises a finding of its own.</p>}
      {answer.rules.map((one) => (
        <p key={one.name} className="alert-line">
          <LevelMark level={one.level} />
          <span>{one.title}</span>
          <span className="second mono">{one.name}</span>
          <span className="second">looks at {one.category === '' ? 'everything' : words(one.category).toLowerCase()}</span>
        </p>
      ))}
      {answer.errors.length === 0 && answer.rules.length > 0 && <p className="quiet">Costs {answer.cost} of 1,000 for each observation.</p>}
    </div>
  )
}

function siteName(sites: readonly { readonly id: string; readonly name: string }[], site: string | null): string {
  return site === null ? 'all sites' : (sites.find(({ id }) => id === site)?.name ?? site)
}

/** Whether the server will let this person write for all sites: it asks the same of the grants. */
function mayEverywhere({ roles }: { readonly roles: readonly { readonly role: string; readonly site: string | null }[] }): boolean {
  return roles.some(({ role, site }) => site === null && (role === 'administrator' || role === 'analyst'))
}
