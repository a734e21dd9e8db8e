import { type ReactNode, useMemo, useState } from 'react'
import type { BaselineRow } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { count, plural, reading, words } from '../../ui/format.ts'
import { Facts } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { type Asking, ROW_ACTIONS } from './baseline.actions.ts'
import { amountOf, limitsOf, restOf, stateOf } from './baseline.view.ts'
import { ApproveDialog, ForgetDialog, LimitsDialog, MostDialog } from './dialogs.tsx'

export function HostOf({ row, side }: { readonly row: BaselineRow; readonly side: 'client' | 'server' }): ReactNode {
  // A rule that does not ask who, remembers for everybody: the host is only the first that was seen.
  const isAsked = Object.keys(row.group).some((name) => name.split('.')[0] === side)
  const asset = row[`${side}Asset`]
  if (!isAsked) return <span className="quiet">any</span>
  if (asset === null) return <span className="mono">{row[side]}</span>
  return (
    <Go to={`/assets/${asset.id}`} title={row[side]}>
      {asset.label}
    </Go>
  )
}

export function UntilOf({ row: { people, state } }: { readonly row: BaselineRow }): ReactNode {
  if (people === null) return null
  if (people.until === null) return `by ${people.by}, for good`
  return (
    <>
      {state === 'expired' ? 'until ' : `by ${people.by} until `}
      <When at={people.until} />
    </>
  )
}

const PHASES: Readonly<Record<BaselineRow['phase'], string>> = {
  learning: 'While learning, in silence',
  dynamic: 'While settling: told at a low level',
  operational: 'In operation: told',
  added: 'Not met: a person added it',
}

type Props = { readonly row: BaselineRow; readonly title: string | undefined; readonly onClose: () => void }

export function BaselinePanel({ row, title, onClose }: Props): ReactNode {
  const [asking, ask] = useState<Asking>()
  const subject = useMemo(() => ({ row, ask }), [row])
  const actions = useActions(ROW_ACTIONS, subject)
  const { told, people } = row
  const about = (
    <p className="second">
      {title ?? row.rule}: <span className="mono">{[row.group.client, row.group.server].filter(Boolean).join(' to ')}</span> {restOf(row)}
    </p>
  )
  const close = (): void => ask(undefined)
  return (
    <Panel title={<Go to={`/rules/${row.rule}`}>{title ?? row.rule}</Go>} label="Row of the baseline" onClose={onClose}>
      <ActionBar actions={actions} />
      <Facts
        rows={[
          ['State', stateOf(row)],
          ...Object.entries(row.group).map(([name, value]) => groupFact(row, name, value)),
          ...limitFacts(row),
          row.kind !== 'volume' && people !== null && (people.min !== null || people.max !== null) && row.min !== null && row.max !== null
            ? ['Learnt range', `${reading(row.min)} to ${reading(row.max)}`]
            : undefined,
          // What is usual is learnt over many windows, in whatever phase they come.
          row.kind === 'volume' ? undefined : ['Met', PHASES[row.phase]],
          ['First seen', row.phase === 'added' && row.hours === 0 ? 'not yet' : <When key="f" at={row.firstAt} />],
          ['Last seen', row.phase === 'added' && row.hours === 0 ? 'not yet' : <When key="l" at={row.lastAt} />],
          ['Seen in', plural(row.hours, 'hour')],
          told === null ? undefined : ['Last told', <When key="t" at={told.at} />],
          told === null ? undefined : ['Since then', told.again === 0 ? 'not again' : `${count(told.again)} times again`],
          told?.min === undefined || told.max === undefined
            ? undefined
            : ['Went to', row.kind === 'volume' ? amountOf(row, told.max) : `${reading(told.min)} to ${reading(told.max)}`],
          people === null ? undefined : ['Approved', <UntilOf key="u" row={row} />],
        ]}
      />
      {asking === 'approve' && <ApproveDialog row={row} about={about} onClose={close} />}
      {asking === 'limits' && row.kind === 'range' && <LimitsDialog row={row} about={about} onClose={close} />}
      {asking === 'limits' && row.kind === 'volume' && <MostDialog row={row} about={about} onClose={close} />}
      {asking === 'forget' && <ForgetDialog row={row} about={about} onClose={close} />}
    </Panel>
  )
}

function limitFacts(row: BaselineRow): readonly (readonly [ReactNode, ReactNode] | undefined)[] {
  const { kind, max, volume, state } = row
  if (kind === 'group') return []
  if (kind !== 'volume') return [['Range', limitsOf(row)]]
  return [
    state === 'decided' ? ['May carry', limitsOf(row)] : undefined,
    max === null ? undefined : ['Most learnt', amountOf(row, max)],
    volume === undefined ? undefined : ['Usual', amountOf(row, volume.usual)],
  ]
}

function groupFact(row: BaselineRow, name: string, value: string): readonly [ReactNode, ReactNode] {
  if (name === 'client' || name === 'server') return [words(name), <HostOf key={name} row={row} side={name} />]
  return [
    words(name),
    <span key={name} className="mono">
      {value === '' ? 'none' : value}
    </span>,
  ]
}
