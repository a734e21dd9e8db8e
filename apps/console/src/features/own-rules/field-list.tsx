import { type ReactNode, useState } from 'react'
import type { RuleFields } from '../../api/types.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { words } from '../../ui/format.ts'

/** What a rule may name: of one log source, of every one, of either end; and what may stand after a field. */
type Props = {
  readonly fields: RuleFields
  /** Of the rule that is being written: its fields are shown first. */
  readonly category: string
}

export function FieldList({ fields, category }: Props): ReactNode {
  const sources = [
    ...fields.kinds.map(({ category }) => [category, words(category)] as const),
    ...fields.logs.map(
      ({ product, name }) => [`${product ?? ''}/${name}`, `${product === null ? 'Sigma' : words(product)}: ${name}`] as const,
    ),
  ]
  const [chosen, choose] = useState<string>()
  const source = chosen ?? (sources.some(([name]) => name === category) ? category : (sources[0]?.[0] ?? ''))
  const [q, setQ] = useState('')
  const log = fields.logs.find(({ product, name }) => `${product ?? ''}/${name}` === source)
  const own = log?.fields.map((name) => ({ name, type: '' })) ?? fields.kinds.find(({ category }) => category === source)?.fields ?? []
  const shown = (list: readonly { readonly name: string; readonly type: string }[]) =>
    list.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  return (
    <div className="section-body stack-tight">
      <SelectField label="Log source" options={sources} value={source} onChange={(event) => choose(event.target.value)} />
      <p className="second mono">{logsourceOf(source, log)}</p>
      <TextField label="Find a field" value={q} onChange={(event) => setQ(event.target.value)} />
      <Names title="Its fields" rows={shown(own)} />
      {log === undefined && (
        <>
          <Names title="Of every observation" rows={shown(fields.common)} />
          <Names
            title="Of either end"
            rows={shown(fields.ends.flatMap(({ name, type }) => ['client', 'server'].map((end) => ({ name: `${end}.${name}`, type }))))}
          />
        </>
      )}
      <section>
        <h3>After a field</h3>
        <dl className="field-names">
          {fields.modifiers.map(({ name, means }) => (
            <div key={name}>
              <dt className="mono">|{name}</dt>
              <dd className="second">{means}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}

function logsourceOf(source: string, log: RuleFields['logs'][number] | undefined): string {
  if (log === undefined) return `logsource: { product: isthmus, category: ${source} }`
  return log.product === null ? `logsource: { category: ${log.name} }` : `logsource: { product: ${log.product}, service: ${log.name} }`
}

function Names({
  title,
  rows,
}: {
  readonly title: string
  readonly rows: readonly { readonly name: string; readonly type: string }[]
}): ReactNode {
  if (rows.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl className="field-names">
        {rows.map(({ name, type }) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd className="second">{type === 'texts' ? 'several texts' : type}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
