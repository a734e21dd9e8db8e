import { type ReactNode, useMemo } from 'react'
import type { Suppression } from '../../api/types.ts'
import { EvidenceLink, HostLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { scopeText } from '../../objects/suppressions.view.ts'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { count, words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ROW_ACTIONS } from './suppressions.actions.ts'
import { useHiddenBy } from './suppressions.api.ts'

const MOST = 20

type Props = { readonly row: Suppression; readonly titleOf: (rule: string) => string; readonly onClose: () => void }

export function SuppressionPanel({ row, titleOf, onClose }: Props): ReactNode {
  const subject = useMemo(() => ({ row }), [row])
  const actions = useActions(ROW_ACTIONS, subject)
  const hidden = useHiddenBy(row.id)
  const { rule } = row.scope
  return (
    <Panel title={scopeText(row.scope, titleOf)} label="Suppression" onClose={onClose}>
      <ActionBar actions={actions} />
      <p>{row.reason}</p>
      <Facts
        rows={[
          ['State', words(row.state)],
          rule === undefined
            ? undefined
            : [
                'Rule',
                <Go key="r" to={`/rules/${rule}`} className="link">
                  {titleOf(rule)}
                </Go>,
              ],
          ['By', row.by?.displayName ?? 'somebody who has left'],
          ['Made', <When key="m" at={row.madeAt} />],
          ['From', <When key="f" at={row.from} />],
          ['Until', <When key="u" at={row.until} />],
          row.endedAt === undefined ? undefined : ['Ended', <When key="e" at={row.endedAt} />],
          row.endedBy === undefined ? undefined : ['Ended by', row.endedBy.displayName],
          ['Findings hidden', count(row.hits)],
          row.lastAt === undefined ? undefined : ['Last of them', <When key="l" at={row.lastAt} />],
        ]}
      />
      <section>
        <h3>What it hides</h3>
        <Loaded
          value={hidden.query}
          skeleton={<SkeletonRows rows={4} />}
          isNothing={() => hidden.items.length === 0}
          nothing={<p className="quiet">Nothing so far.</p>}
        >
          {() => (
            <div className="scroll-x">
              <table className="plain-table">
                <tbody>
                  {hidden.items.slice(0, MOST).map((finding) => (
                    <tr key={finding.id}>
                      <td>
                        <When at={finding.at} />
                      </td>
                      <td className="wide">
                        {finding.ruleTitle}
                        <p className="second">
                          <HostLink host={finding.client} asset={finding.clientAsset} /> →{' '}
                          <HostLink host={finding.server} asset={finding.serverAsset} />
                        </p>
                      </td>
                      <td>{finding.evidence[0] !== undefined && <EvidenceLink evidence={finding.evidence[0]} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {row.hits > MOST && <p className="more quiet">and {count(row.hits - MOST)} more</p>}
            </div>
          )}
        </Loaded>
      </section>
    </Panel>
  )
}
