import { type ReactNode, useMemo, useState } from 'react'
import type { AuthorisedChange } from '../../api/types.ts'
import { EvidenceLink, HostLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { Copy } from '../../ui/copy.tsx'
import { count, plural } from '../../ui/format.ts'
import { Facts } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { ROW_ACTIONS } from './changes.actions.ts'
import { activitiesText, kindText, peopleText, STATE_WORDS } from './changes.view.ts'

export function ChangePanel({ row, onClose }: { readonly row: AuthorisedChange; readonly onClose: () => void }): ReactNode {
  const [isEditing, edit] = useState(false)
  const subject = useMemo(() => ({ row, edit: () => edit(true) }), [row])
  const actions = useActions(ROW_ACTIONS, subject)
  return (
    <Panel title={row.title === '' ? row.reference : `${row.reference}: ${row.title}`} label="Authorised change" onClose={onClose}>
      <ActionBar actions={actions} />
      <Facts
        rows={[
          ['Kind', kindText(row.kind)],
          ['State', STATE_WORDS[row.state]],
          [
            'On',
            <span key="a" className="mono">
              {row.assets.join(', ')}
            </span>,
          ],
          ['By', peopleText(row)],
          ['May do', activitiesText(row.activities)],
          ['From', <When key="f" at={row.from} />],
          ['Until', <When key="u" at={row.until} />],
          row.endedAt === undefined ? undefined : ['Ended', <When key="e" at={row.endedAt} />],
          row.closedAt === undefined ? undefined : ['Session closed', <When key="c" at={row.closedAt} />],
          ['Ordered by', row.isPlanned ? (row.by?.displayName ?? 'somebody who has left') : 'nobody here: the session opened by itself'],
          row.expectedHashes.length === 0
            ? ['Programs', 'Whatever is loaded']
            : [
                'Programs',
                <span key="h" className="change-hashes">
                  {row.expectedHashes.slice(0, 5).map((hash) => (
                    <Copy key={hash} text={hash} />
                  ))}
                  {row.expectedHashes.length > 5 && <span className="quiet">and {count(row.expectedHashes.length - 5)} more</span>}
                </span>,
              ],
          ['Explains', row.explained === 0 ? 'nothing so far' : plural(row.explained, 'finding')],
        ]}
      />
      <section>
        <h3>What went beyond it</h3>
        <Deviations row={row} />
      </section>
      {isEditing && <ChangeDialog site={row.site} row={row} onClose={() => edit(false)} />}
    </Panel>
  )
}

function Deviations({ row: { deviations, more } }: { readonly row: AuthorisedChange }): ReactNode {
  if (deviations.length === 0) return <p className="quiet">Nothing that was seen.</p>
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <tbody>
          {deviations.map((one) => (
            <tr key={`${one.first}${one.activity}${one.exceeds.join()}${one.client.ip}${one.server.ip}`}>
              <td>
                <When at={one.first} />
              </td>
              <td className="wide">
                {one.alert === undefined ? one.says : <Go to={`/alerts/${one.alert}`}>{one.says}</Go>}
                <p className="second">
                  {one.exceeds.length === 0 && 'Not proven either way. '}
                  <HostLink host={one.client} /> → <HostLink host={one.server} />
                  {one.count > 1 && `, ${count(one.count)} times`}
                </p>
              </td>
              <td>{one.evidence[0] !== undefined && <EvidenceLink evidence={one.evidence[0]} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="more quiet">and {count(more)} more</p>}
    </div>
  )
}
