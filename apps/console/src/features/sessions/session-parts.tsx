import type { ReactNode } from 'react'
import type { Session } from '../../api/types.ts'
import { EvidenceLink, HostLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { protocolName } from '../../objects/words.ts'
import { bytes, count, duration, plural, words } from '../../ui/format.ts'
import { Facts } from '../../ui/page.tsx'
import { bytesPerSecond, historyWords, lengthMs, STATE_MEANS } from './sessions.view.ts'

export function SessionFacts({ session }: { readonly session: Session }): ReactNode {
  const rate = bytesPerSecond(session)
  return (
    <Facts
      rows={[
        ['Client', <HostLink key="c" host={session.client} asset={session.clientAsset} />],
        ['Server', <HostLink key="s" host={session.server} asset={session.serverAsset} />],
        ['Who asked', session.directionKnown ? 'known from the handshake or the content' : 'not known: the two sides may be swapped'],
        [
          'Protocol',
          `${protocolName(session.protocol)} over ${session.transport.toUpperCase()}${session.vlan === undefined ? '' : `, VLAN ${session.vlan}`}`,
        ],
        ['State', `${words(session.state)}: ${STATE_MEANS[session.state]}`],
        [
          <Term key="t" name="conn_state">
            Zeek’s conn_state
          </Term>,
          <span key="v" className="mono">
            {session.connState}
          </span>,
        ],
        [
          'History',
          <span key="h" className="mono" data-tip={historyWords(session.history).join('\n')}>
            {session.history === '' ? 'none' : session.history}
          </span>,
        ],
        ['Started', <When key="a" at={session.startedAt} />],
        ['Last packet', <When key="b" at={session.lastAt} />],
        ['Length', duration(lengthMs(session))],
        ['Rate', rate === undefined ? 'too short to say' : `${bytes(rate)}/s on average`],
        ['Gaps', session.gapBytes > 0 ? `${bytes(session.gapBytes)} were never seen` : 'none'],
        ['Sent again', plural(session.retransmissions, 'packet')],
        ['Sensor', session.sensor],
        ['Evidence', <EvidenceLink key="e" evidence={session.evidence} />],
      ]}
    />
  )
}

/** Bytes and packets each way, side by side. */
export function Volumes({ session }: { readonly session: Session }): ReactNode {
  const rows = [
    ['Client to server', session.clientPackets, session.clientBytes, session.clientWireBytes],
    ['Server to client', session.serverPackets, session.serverBytes, session.serverWireBytes],
  ] as const
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>Direction</th>
          <th className="num">Packets</th>
          <th className="num">Payload</th>
          <th className="num">On the wire</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, packets, payload, wire]) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="num">{count(packets)}</td>
            <td className="num" data-tip={`${count(payload)} bytes`}>
              {bytes(payload)}
            </td>
            <td className="num" data-tip={`${count(wire)} bytes`}>
              {bytes(wire)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
