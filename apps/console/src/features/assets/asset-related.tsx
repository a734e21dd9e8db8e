/** What hangs on an asset: modules, peers, sessions, tags, alerts. Each asks for itself and has its own four states. */
import type { ReactNode } from 'react'
import type { AssetDetail, Module } from '../../api/types.ts'
import { HiddenLine } from '../../objects/hidden-line.tsx'
import { AssetGlyph, LevelMark, StateDot, When } from '../../objects/marks.tsx'
import { hostText, levelName, protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { bytes, count, plural, reading, words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useAlertsOf, usePeers, useSessionsOf, useTagsOf } from './assets.api.ts'

const None = ({ children }: { readonly children: ReactNode }): ReactNode => <p className="section-body quiet">{children}</p>

export function Modules({ modules }: { readonly modules: readonly Module[] }): ReactNode {
  if (modules.length === 0) return null
  return (
    <Section title="Modules" aside={plural(modules.length, 'module')}>
      <div className="scroll-x">
        <table className="plain-table">
          <thead>
            <tr>
              <th>Part</th>
              <th>Vendor and model</th>
              <th>Order code</th>
              <th>Firmware</th>
              <th>Serial</th>
            </tr>
          </thead>
          <tbody>
            {modules.map((module) => (
              <tr key={module.part}>
                <td className="nowrap">{module.part}</td>
                <td>{[module.vendor, module.model].filter(Boolean).join(' ')}</td>
                <td className="mono">{module.orderCode}</td>
                <td>{module.firmware}</td>
                <td className="mono">{module.serial}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

export function Peers({ asset }: { readonly asset: AssetDetail }): ReactNode {
  const peers = usePeers(asset.id)
  return (
    <Section title="Who it talks to" aside={peers.data === undefined ? undefined : plural(peers.data.items.length, 'peer')}>
      <Loaded
        value={peers}
        skeleton={<SkeletonRows rows={5} />}
        isNothing={(list) => list.items.length === 0}
        nothing={<None>It has talked to nobody.</None>}
      >
        {(list) => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>Peer</th>
                  <th>Who asks</th>
                  <th>Protocols</th>
                  <th className="num">Sessions</th>
                  <th className="num">Bytes</th>
                  <th>Last</th>
                </tr>
              </thead>
              <tbody>
                {list.items.slice(0, 25).map((peer) => (
                  <tr key={`${peer.address}${peer.direction}`}>
                    <td>
                      {peer.asset === undefined ? (
                        <span className="mono">{peer.address}</span>
                      ) : (
                        <Go to={`/assets/${peer.asset.id}`} className="host" data-tip={levelName(peer.asset.purdueLevel)}>
                          <AssetGlyph type={peer.asset.type} size={15} /> {peer.asset.label}
                        </Go>
                      )}
                    </td>
                    <td className="second nowrap">{peer.direction === 'client' ? 'the peer' : 'this asset'}</td>
                    <td className="second">{peer.protocols.map(protocolName).join(', ')}</td>
                    <td className="num">{count(peer.sessions)}</td>
                    <td className="num nowrap">{bytes(peer.bytes)}</td>
                    <td>
                      <When at={peer.lastAt} />
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

export function SessionsOf({ asset }: { readonly asset: string }): ReactNode {
  const list = useSessionsOf(asset)
  return (
    <Section
      title="Newest sessions"
      aside={
        <Go to="/sessions" search={{ asset }}>
          All of them
        </Go>
      }
    >
      <Loaded
        value={list.query}
        skeleton={<SkeletonRows rows={5} />}
        isNothing={() => list.items.length === 0}
        nothing={<None>No session.</None>}
      >
        {() => (
          <div className="scroll-x">
            <table className="plain-table">
              <tbody>
                {list.items.slice(0, 12).map((session) => (
                  <tr key={session.id}>
                    <td>
                      <When at={session.lastAt} />
                    </td>
                    <td className="nowrap">{protocolName(session.protocol)}</td>
                    <td className="mono nowrap">
                      <Go to={`/sessions/${session.id}`}>
                        {hostText(session.client)} → {hostText(session.server)}
                      </Go>
                    </td>
                    <td className="second">{words(session.state)}</td>
                    <td className="num nowrap">{bytes(session.clientWireBytes + session.serverWireBytes)}</td>
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

export function TagsOf({ asset }: { readonly asset: string }): ReactNode {
  const list = useTagsOf(asset)
  if (list.query.data !== undefined && list.items.length === 0) return null
  return (
    <Section
      title="Process values"
      aside={
        <Go to="/process" search={{ asset }}>
          All of them
        </Go>
      }
    >
      <Loaded value={list.query} skeleton={<SkeletonRows rows={4} widths={[40, 30]} />}>
        {() => (
          <table className="plain-table">
            <tbody>
              {list.items.slice(0, 10).map((tag) => (
                <tr key={tag.id}>
                  <td className="wide">
                    <Go to={`/process/${tag.id}`}>{tag.tag}</Go>
                  </td>
                  <td className="num mono nowrap">{reading(tag.value, tag.unit)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </Section>
  )
}

export function AlertsOf({ asset }: { readonly asset: string }): ReactNode {
  const list = useAlertsOf(asset)
  return (
    <Section
      title="Alerts"
      aside={
        <>
          <HiddenLine filter={{ asset }} />
          <Go to="/alerts" search={{ asset, state: 'any' }}>
            All of them
          </Go>
        </>
      }
    >
      <Loaded
        value={list.query}
        skeleton={<SkeletonRows rows={3} widths={[20, 60]} />}
        isNothing={() => list.items.length === 0}
        nothing={<None>No alert names it.</None>}
      >
        {() => (
          <table className="plain-table">
            <tbody>
              {list.items.slice(0, 8).map((alert) => (
                <tr key={alert.id}>
                  <td>
                    <LevelMark level={alert.level} />
                  </td>
                  <td className="wide">
                    <Go to={`/alerts/${alert.id}`}>{alert.title}</Go>
                  </td>
                  <td>
                    <StateDot state={alert.state} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </Section>
  )
}
