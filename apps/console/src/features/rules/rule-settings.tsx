/** One rule as it is set: on or off, its level, its thresholds with the published default beside each. */
import { type FormEvent, type ReactNode, useState } from 'react'
import type { DetectionDocument, DetectionSettings, Level, RuleDetail, RuleThreshold } from '../../api/types.ts'
import { LEVELS } from '../../objects/words.ts'
import { useCan } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented, SelectField, TextField } from '../../ui/field.tsx'
import { Wrong } from '../../ui/form.tsx'
import { words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { say } from '../../ui/toast.tsx'
import { saveDetection, useDetection } from './detection.api.ts'
import { choiceOf, choices, complaints, inForce, isChosenOn, labelOf, PUBLISHED, stored, typed, withRule } from './detection.view.ts'

type Rule = Pick<RuleDetail, 'name' | 'level' | 'engine' | 'inForce'>

export function RuleSettings({ rule }: { readonly rule: Rule }): ReactNode {
  const { site } = useScope()
  const settings = useDetection(site)
  if (!rule.inForce.canSet) return null
  return (
    <section className="stack-tight" aria-label="Settings of this rule">
      <h3>{site === undefined ? 'Set for all sites' : 'Set for this site'}</h3>
      <Loaded value={settings} skeleton={<SkeletonRows rows={3} widths={[60]} />}>
        {(read) => <Editor key={`${read.site} ${read.changedAt} ${rule.name}`} rule={rule} read={read} />}
      </Loaded>
    </section>
  )
}

function Editor({ rule, read }: { readonly rule: Rule; readonly read: DetectionSettings }): ReactNode {
  const can = useCan()('detection.manage')
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const named = complaints(error)
  const save = (next: DetectionDocument): void => {
    setBusy(true)
    setError(undefined)
    saveDetection(read, next)
      .then(() => say('Saved. It counts from the next packets on.'))
      .catch(setError)
      .finally(() => setBusy(false))
  }
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const changes: Record<string, Record<string, boolean | number | string | undefined>> = {}
    for (const threshold of rule.inForce.thresholds) {
      const { rule: name, key, default: usual } = threshold
      const value = typed(threshold, String(form.get(`${name}.${key}`)))
      changes[name] = { ...changes[name], [key]: stored(read, name, key, usual, value) }
    }
    changes[rule.name] = { ...changes[rule.name], level: stored(read, rule.name, 'level', rule.level, String(form.get('level'))) }
    save(withRule(read.own, changes))
  }
  const on = read.own.rules[rule.name]?.['on']
  const engineOff = read.inForce.engines[rule.engine] === false
  const level = inForce(read, rule.name, 'level', rule.level)
  return (
    <form className="rule-settings" onSubmit={submit}>
      <div className="rule-settings-line">
        {can ? (
          <Segmented
            label="Raises findings"
            value={read.site === null && on === undefined ? 'on' : choiceOf(on)}
            options={choices(read.site !== null, read.all.rules[rule.name]?.['on'] !== false)}
            onChange={(next) =>
              save(withRule(read.own, { [rule.name]: { on: read.site === null && next === 'on' ? undefined : isChosenOn(next) } }))
            }
          />
        ) : (
          <span>{read.inForce.rules[rule.name]?.['on'] === false ? 'Off' : 'On'}</span>
        )}
        {engineOff && <span className="second">Silent: its engine, {words(rule.engine).toLowerCase()}, is off.</span>}
      </div>
      <div className="rule-settings-fields">
        <SelectField
          label="Level"
          name="level"
          defaultValue={String(level.value)}
          disabled={!can}
          options={LEVELS.map((one: Level) => [one, words(one)] as const)}
          error={named.get(`${rule.name}.level`)}
          help={published(words(rule.level), level.from)}
        />
        {rule.inForce.thresholds.map((threshold) => (
          <Field
            key={`${threshold.rule}.${threshold.key}`}
            threshold={threshold}
            lead={rule.name}
            read={read}
            can={can}
            error={named.get(`${threshold.rule}.${threshold.key}`)}
          />
        ))}
      </div>
      {error !== undefined && named.size === 0 && <Wrong text={error instanceof Error ? error.message : 'That did not work.'} />}
      {can && (
        <div className="rule-settings-line">
          <Button type="submit" tone="primary" disabled={isBusy}>
            Save
          </Button>
          {names(rule).some((name) => read.own.rules[name] !== undefined) && (
            <Button
              disabled={isBusy}
              onClick={() => save(withRule(read.own, Object.fromEntries(names(rule).map((name) => [name, nothing(read, name)]))))}
            >
              {read.site === null ? 'Back to default' : 'As for all sites'}
            </Button>
          )}
        </div>
      )}
    </form>
  )
}

type FieldProps = {
  readonly threshold: RuleThreshold
  readonly lead: string
  readonly read: DetectionSettings
  readonly can: boolean
  readonly error: string | undefined
}

function Field({ threshold, lead, read, can, error }: FieldProps): ReactNode {
  const { rule, key, default: usual, kind } = threshold
  const { value, from } = inForce(read, rule, key, usual)
  const [text, setText] = useState(String(value))
  return (
    <div className="stack-tight">
      <TextField
        label={labelOf(threshold, lead)}
        name={`${rule}.${key}`}
        value={text}
        disabled={!can}
        inputMode={kind === 'number' ? 'decimal' : 'text'}
        placeholder={String(usual)}
        onChange={(event) => setText(event.target.value)}
        error={error === undefined ? undefined : `${error.charAt(0).toUpperCase()}${error.slice(1)}`}
        help={published(String(usual), from)}
      />
      {can && text !== String(usual) && (
        <div>
          <Button tone="bare" onClick={() => setText(String(usual))}>
            Back to {usual}
          </Button>
        </div>
      )}
    </div>
  )
}

function names(rule: Rule): readonly string[] {
  return [...new Set([rule.name, ...rule.inForce.thresholds.map((threshold) => threshold.rule)])]
}

function nothing({ own }: DetectionSettings, name: string): Record<string, undefined> {
  return Object.fromEntries(Object.keys(own.rules[name] ?? {}).map((key) => [key, undefined]))
}

function published(usual: string, from: string): string {
  return from === PUBLISHED ? `Published: ${usual}.` : `Published: ${usual}. ${words(from)}.`
}
