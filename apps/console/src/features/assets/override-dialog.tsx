import { type ReactNode, useState } from 'react'
import type { AssetDetail, AssetType } from '../../api/types.ts'
import { GLYPHS } from '../../objects/glyph.table.ts'
import { levelName, PURDUE, typeWord } from '../../objects/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { words } from '../../ui/format.ts'
import { say, sayFailure } from '../../ui/toast.tsx'
import { override } from './assets.api.ts'
import { attributesOf, SETTABLE } from './assets.view.ts'

type Props = { readonly asset: AssetDetail; readonly attribute: string; readonly onClose: () => void }

/** A person's word against the wire's: it wins until it is taken back, and the facts stay visible. */
export function OverrideDialog({ asset, attribute: first, onClose }: Props): ReactNode {
  const [attribute, choose] = useState(first)
  const before = asset.overrides[attribute]
  const known = attributesOf(asset).find((each) => each.name === attribute)?.value ?? ''
  const write = async (value: string | null): Promise<void> => {
    await override(asset.id, attribute, value)
    say(value === null ? `${words(attribute)} follows the facts again` : `${words(attribute)} set to ${value}`, () => {
      override(asset.id, attribute, before ?? null).catch(sayFailure)
    })
    onClose()
  }
  const { wrong, isBusy, submit } = useSubmit((form) => write(String(form.get('value')).trim()))
  const choices = optionsOf(attribute)
  return (
    <Dialog title="Set an attribute" onClose={onClose}>
      <form onSubmit={submit}>
        <SelectField
          label="Attribute"
          value={attribute}
          onChange={(event) => choose(event.target.value)}
          options={SETTABLE.map((name) => [name, words(name)] as const)}
        />
        {choices === undefined ? (
          <TextField
            key={attribute}
            label="Value"
            name="value"
            defaultValue={known}
            maxLength={300}
            required
            help="It wins over what the wire says; the facts stay visible."
          />
        ) : (
          <SelectField
            key={attribute}
            label="Value"
            name="value"
            defaultValue={known}
            options={choices}
            help={HELP[attribute] ?? 'It wins over what the wire says; the facts stay visible.'}
          />
        )}
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          {before !== undefined && (
            <Button disabled={isBusy} onClick={() => void write(null).catch(sayFailure)}>
              Take back
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Set
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

const HELP: Readonly<Record<string, string>> = {
  criticality: 'How much depends on it. It counts for what happens from now on; alerts that are there stay as they are.',
}
const CRITICALITIES = [
  ['critical', 'Critical: alerts of level medium or above are one level graver'],
  ['high', 'High: its alerts weigh more'],
  ['low', 'Low: its alerts weigh less'],
] as const

function optionsOf(attribute: string): readonly (readonly [string, string])[] | undefined {
  if (attribute === 'purdueLevel') return PURDUE.map(([level]) => [String(level), levelName(level)] as const)
  if (attribute === 'criticality') return CRITICALITIES
  if (attribute === 'type') return (Object.keys(GLYPHS) as AssetType[]).map((type) => [type, typeWord(type)] as const)
  return undefined
}
