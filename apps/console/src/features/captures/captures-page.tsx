import { type ReactNode, useCallback } from 'react'
import type { Capture } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useCan, useMe } from '../../shell/me.ts'
import { useOneSite, useScope } from '../../shell/scope.ts'
import { bytes, count } from '../../ui/format.ts'
import { IconFileUpload } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { useCaptures } from './captures.api.ts'
import { isRunning, shareOf, stateWords } from './captures.view.ts'
import { Drop } from './drop.tsx'
import './captures.css'

export function CapturesPage(): ReactNode {
  const scope = useScope()
  const site = useOneSite()
  const me = useMe()
  const can = useCan()
  const go = useGo()
  const list = useCaptures(scope)
  const onSent = useCallback((capture: Capture) => go(`/captures/${capture.id}`), [go])
  return (
    <Page title="Captures">
      {site !== undefined && can('capture.add') && (
        <Drop site={site} siteName={me.sites.find((each) => each.id === site)?.name ?? site} onSent={onSent} />
      )}
      <Section title="Captures on this server">
        <Loaded
          value={list.query}
          skeleton={<SkeletonRows rows={6} />}
          isNothing={() => list.items.length === 0}
          nothing={
            <Nothing icon={IconFileUpload} title="No capture yet">
              A capture is a recording of the network: from a SPAN port with Wireshark, dumpcap or tcpdump.
            </Nothing>
          }
        >
          {() => (
            <div className="scroll-x">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>State</th>
                    <th aria-label="Progress" />
                    <th className="num">Size</th>
                    <th className="num">Packets</th>
                    <th>Covers</th>
                    <th>Site</th>
                    <th>Uploaded</th>
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((capture) => (
                    <tr key={capture.id}>
                      <td className="mono">
                        <Go to={`/captures/${encodeURIComponent(capture.id)}`}>{capture.name}</Go>
                      </td>
                      <td className={capture.state === 'failed' ? 'text-high nowrap' : 'nowrap'}>{stateWords(capture)}</td>
                      <td className="capture-progress">
                        {isRunning(capture) && <Progress label={`Reading ${capture.name}`} share={shareOf(capture)} />}
                      </td>
                      <td className="num nowrap">{bytes(capture.bytesTotal)}</td>
                      <td className="num">{count(capture.packets)}</td>
                      <td>
                        <When at={capture.firstAt} />
                      </td>
                      <td className="second">{capture.site}</td>
                      <td className="second">
                        <When at={capture.uploadedAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
