import type { ReactNode } from 'react'
import { HiddenLine } from '../../objects/hidden-line.tsx'
import { Term } from '../../objects/term.tsx'
import { protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useScope } from '../../shell/scope.ts'
import { bytes, count, percent } from '../../ui/format.ts'
import { IconEyeOff } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Bar } from '../../ui/progress.tsx'
import { AlertSourceTable } from './alert-source-table.tsx'
import { useCoverage } from './coverage.api.ts'
import { totals, verdict, worstFirst } from './coverage.view.ts'

export function CoveragePage(): ReactNode {
  const scope = useScope()
  const { site } = scope
  const coverage = useCoverage(scope)
  return (
    <Page
      title="Blind spots"
      lead={<span className="second">What each protocol’s decoding covered, worst first. Nothing is dropped silently.</span>}
    >
      <AlertSourceTable />
      <Loaded
        value={coverage}
        skeleton={<SkeletonRows rows={14} />}
        isNothing={(list) => list.items.length === 0}
        nothing={
          <Nothing icon={IconEyeOff} title="Nothing has been read yet">
            The report fills as traffic is read. <Go to="/captures">Read a capture</Go>.
          </Nothing>
        }
      >
        {(list) => {
          const sum = totals(list.items)
          return (
            <>
              <p>
                {verdict(list.items)}{' '}
                <span className="quiet">
                  {count(sum.packets)} packets, {bytes(sum.bytes)}, {bytes(sum.undecoded)} not decoded.
                </span>
              </p>
              <p>
                <HiddenLine filter={{ site }} />
              </p>
              <Section title="By protocol">
                <div className="scroll-x">
                  <table className="plain-table">
                    <thead>
                      <tr>
                        <th>Protocol</th>
                        {site === undefined && <th>Site</th>}
                        <th className="num">Packets</th>
                        <th className="num">Bytes</th>
                        <th className="num">Messages</th>
                        <th className="num">
                          <Term name="anomaly">Anomalies</Term>
                        </th>
                        <th className="num">Not decoded</th>
                        <th className="num">Share</th>
                        <th aria-label="Share not decoded, as a bar" />
                        <th className="num">Dropped</th>
                      </tr>
                    </thead>
                    <tbody>
                      {worstFirst(list.items).map((row) => (
                        <tr key={`${row.site}${row.protocol}`}>
                          <td>{protocolName(row.protocol)}</td>
                          {site === undefined && <td className="second">{row.site}</td>}
                          <td className="num">{count(row.packets)}</td>
                          <td className="num nowrap">{bytes(row.bytes)}</td>
                          <td className="num">{count(row.messages)}</td>
                          <td className="num">{count(row.anomalies)}</td>
                          <td className="num nowrap">{bytes(row.undecoded)}</td>
                          <td className="num nowrap">{percent(row.share)}</td>
                          <td>
                            <Bar share={row.share} />
                          </td>
                          <td className={`num ${row.dropped > 0 ? 'text-high' : 'quiet'}`}>
                            {row.dropped > 0 ? count(row.dropped) : 'none'}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Section>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
