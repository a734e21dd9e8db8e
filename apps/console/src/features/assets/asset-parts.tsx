import type { ReactNode } from 'react'
import type { AssetDetail, Fact } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { levelName, protocolName, typeWord } from '../../objects/words.ts'
import { IconButton } from '../../ui/button.tsx'
import { percent, words } from '../../ui/format.ts'
import { IconPencil } from '../../ui/icons.ts'
import { type Attribute, attributesOf, confidenceWord, disagreeing, SETTABLE } from './assets.view.ts'

export function attributeName(name: string): ReactNode {
  return name === 'purdueLevel' ? <Term name="purdue level">Purdue level</Term> : words(name)
}

export function attributeValue(name: string, value: string): string {
  if (name === 'type') return typeWord(value as AssetDetail['type'])
  return name === 'purdueLevel' ? levelName(Number(value)) : value
}

type Props = { readonly asset: AssetDetail; readonly onEdit?: ((attribute: string) => void) | undefined }

/** Every attribute with what speaks for it: value, source, confidence, packets. */
export function Attributes({ asset, onEdit }: Props): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table attributes">
        <thead>
          <tr>
            <th>Attribute</th>
            <th>Value</th>
            <th>Told by</th>
            <th>
              <Term name="confidence">Confidence</Term>
            </th>
            <th>Evidence</th>
            <th>Last told</th>
          </tr>
        </thead>
        {attributesOf(asset).map((attribute) => (
          <AttributeRows key={attribute.name} attribute={attribute} asset={asset} onEdit={onEdit} />
        ))}
      </table>
    </div>
  )
}

function AttributeRows({ attribute, asset, onEdit }: Props & { readonly attribute: Attribute }): ReactNode {
  const shown = attribute.facts.slice(0, 4)
  const others = disagreeing(attribute)
  const isSettable = (SETTABLE as readonly string[]).includes(attribute.name)
  return (
    <tbody>
      <tr>
        <td className="quiet nowrap">{attributeName(attribute.name)}</td>
        <td>
          <span className="attribute-value">
            <strong>{attributeValue(attribute.name, attribute.value)}</strong>
            {attribute.isSet && <span className="chip">set by a person</span>}
            {others.length > 0 && (
              <span className="chip" data-tip={`Also told: ${others.join(', ')}`}>
                {others.length === 1 ? '1 differs' : `${others.length} differ`}
              </span>
            )}
            {onEdit !== undefined && isSettable && (
              <IconButton icon={IconPencil} label={`Set ${words(attribute.name).toLowerCase()}`} onClick={() => onEdit(attribute.name)} />
            )}
          </span>
        </td>
        <FactCells fact={shown.find((fact) => fact.value === attribute.value) ?? undefined} fallback={fallbackSource(attribute, asset)} />
      </tr>
      {shown
        .filter((fact, at) => fact !== shown.find((each) => each.value === attribute.value) && at < 4)
        .map((fact) => (
          <tr key={`${fact.protocol}${fact.value}${fact.firstAt}`} className="fact-more">
            <td />
            <td className={fact.value === attribute.value ? 'quiet' : ''}>
              {fact.value === attribute.value ? 'same' : attributeValue(attribute.name, fact.value)}
            </td>
            <FactCells fact={fact} fallback="" />
          </tr>
        ))}
    </tbody>
  )
}

function fallbackSource(attribute: Attribute, asset: AssetDetail): string {
  if (attribute.isSet) return 'a person'
  return attribute.name === 'purdueLevel' && asset.purdueSource === 'set' ? 'a person' : 'its behaviour'
}

function FactCells({ fact, fallback }: { readonly fact: Fact | undefined; readonly fallback: string }): ReactNode {
  if (fact === undefined)
    return (
      <>
        <td className="second nowrap">{fallback}</td>
        <td />
        <td />
        <td />
      </>
    )
  return (
    <>
      <td className="second nowrap">{protocolName(fact.protocol)}</td>
      <td className="second nowrap" data-tip={percent(fact.confidence)}>
        {confidenceWord(fact.confidence)}
      </td>
      <td>
        <EvidenceLink evidence={fact.evidence} />
      </td>
      <td className="second">
        <When at={fact.lastAt} />
      </td>
    </>
  )
}
