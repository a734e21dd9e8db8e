import { type ReactNode, useState } from 'react'
import type { RuleFields } from '../../api/types.ts'
import { LEVELS } from '../../objects/words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { words } from '../../ui/format.ts'
import { IconPlus, IconX } from '../../ui/icons.ts'
import { type Ask, type Draft, NEW_ASK, yamlOf } from './own-rules.view.ts'

/** What can be asked of a field here; all else is written by hand. */
const MODIFIERS = [
  ['', 'is'],
  ['contains', 'contains'],
  ['startswith', 'begins with'],
  ['endswith', 'ends with'],
  ['gt', 'is more than'],
  ['lt', 'is less than'],
  ['cidr', 'is in the network'],
  ['re', 'matches the pattern'],
] as const

/** A rule from menus: what was seen, in which fields, and what is no reason to worry. */
export function RuleBuilder({ fields, onWrite }: { readonly fields: RuleFields; readonly onWrite: (text: string) => void }): ReactNode {
  const [draft, setDraft] = useState<Draft>({ title: '', level: 'medium', category: 'process_write', asks: [NEW_ASK] })
  const own = fields.kinds.find(({ category }) => category === draft.category)?.fields ?? []
  const ends = fields.ends.flatMap(({ name }) => [`client.${name}`, `server.${name}`])
  const names = [...own.map(({ name }) => name), 'protocol', ...ends].map((name) => [name, name] as const)
  const set = (at: number, change: Partial<Ask>) =>
    setDraft({ ...draft, asks: draft.asks.map((ask, i) => (i === at ? { ...ask, ...change } : ask)) })
  const isReady = draft.title.trim() !== '' && draft.asks.some(({ field, value }) => field !== '' && value.trim() !== '')
  return (
    <form
      className="section-body stack-tight"
      onSubmit={(event) => {
        event.preventDefault()
        onWrite(yamlOf({ ...draft, asks: draft.asks.filter(({ value }) => value.trim() !== '') }))
      }}
    >
      <TextField
        label="Title"
        value={draft.title}
        maxLength={200}
        required
        onChange={(event) => setDraft({ ...draft, title: event.target.value })}
      />
      <div className="builder-pair">
        <SelectField
          label="What was seen"
          options={fields.kinds.map(({ category }) => [category, words(category)] as const)}
          value={draft.category}
          onChange={(event) => setDraft({ ...draft, category: event.target.value, asks: [NEW_ASK] })}
        />
        <SelectField
          label="Level"
          options={LEVELS.map((level) => [level, words(level)] as const)}
          value={draft.level}
          onChange={(event) => setDraft({ ...draft, level: event.target.value })}
        />
      </div>
      {draft.asks.map((ask, at) => (
        <fieldset key={at} className="builder-ask">
          <legend>{ask.isNot ? 'But not where' : 'Where'}</legend>
          <SelectField
            label="Field"
            options={[['', 'Choose'], ...names]}
            value={ask.field}
            onChange={(event) => set(at, { field: event.target.value })}
          />
          <SelectField
            label="How"
            options={MODIFIERS}
            value={ask.modifier}
            onChange={(event) => set(at, { modifier: event.target.value })}
          />
          <TextField label="Value" value={ask.value} onChange={(event) => set(at, { value: event.target.value })} />
          <IconButton
            icon={IconX}
            label="Remove this line"
            onClick={() => setDraft({ ...draft, asks: draft.asks.filter((_, i) => i !== at) })}
          />
        </fieldset>
      ))}
      <p className="quiet">Several values: separate them by commas.</p>
      <div className="builder-actions">
        <Button icon={IconPlus} onClick={() => setDraft({ ...draft, asks: [...draft.asks, NEW_ASK] })}>
          Another field
        </Button>
        <Button icon={IconPlus} onClick={() => setDraft({ ...draft, asks: [...draft.asks, { ...NEW_ASK, isNot: true }] })}>
          An exception
        </Button>
        <Button type="submit" tone="primary" disabled={!isReady}>
          Write it into the editor
        </Button>
      </div>
    </form>
  )
}
