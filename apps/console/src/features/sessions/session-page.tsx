import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Session } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { hostText, protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { count, words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { SessionFacts, Volumes } from './session-parts.tsx'
import { useOperationsBetween, useSession } from './sessions.api.ts'
import './sessions.css'

export function SessionPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useSession(id)}
      skeleton={
        <div className="page">
          <SkeletonRows rows={18} />
        </div>
      }
    >
      {(session) => (
        <Page
          title={`${protocolName(session.protocol)} session`}
          lead={
            <span className="second mono">
              {hostText(session.client)} → {hostText(session.server)}
            </span>
          }
        >
          <div className="session-grid">
            <Section title="What it was">
              <SessionFacts session={session} />
            </Section>
            <div className="stack">
              <Section title="How much">
                <Volumes session={session} />
              </Section>
              {session.clientAsset !== undefined && session.serverAsset !== undefined && (
                <Done session={session} client={session.clientAsset} server={session.serverAsset} />
              )}
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  )
}

function Done({ session, client, server }: { readonly session: Session; readonly client: string; readonly server: string }): ReactNode {
  const list = useOperationsBetween(client, server)
  const rows = list.items.filter((row) => row.protocol === session.protocol || list.items.length < 20)
  return (
    <Section
      title="What the two did to each other"
      aside={
        <Go to="/operations" search={{ client, server }}>
          All of it
        </Go>
      }
    >
      <Loaded
        value={list.query}
        skeleton={<SkeletonRows rows={6} />}
        isNothing={() => list.items.length === 0}
        nothing={<p className="section-body quiet">No operation was decoded between these two.</p>}
      >
        {() => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>Operation</th>
                  <th>On</th>
                  <th>Access</th>
                  <th className="num">Times</th>
                  <th>Last</th>
                  <th>Evidence</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <td>{row.operation}</td>
                    <td className="mono">{row.object}</td>
                    <td className="second">{words(row.access)}</td>
                    <td className="num">{count(row.count)}</td>
                    <td>
                      <When at={row.last} />
                    </td>
                    <td>
                      <EvidenceLink evidence={row.evidence} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Section>
  )
}
