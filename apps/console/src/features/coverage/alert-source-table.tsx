/** Places that alerts of Suricata are taken from while they are raised; nothing where the operator named none. */
import type { ReactNode } from 'react'
import type { AlertSource } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { useScope } from '../../shell/scope.ts'
import { count } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useAlertSources } from './coverage.api.ts'
import { refusedWords, troubleWords } from './coverage.view.ts'

export function AlertSourceTable(): ReactNode {
  const scope = useScope()
  const sources = useAlertSources(scope)
  const hasSite = scope.site === undefined
  return (
    <Loaded value={sources} skeleton={null} isNothing={({ items }) => items.length === 0} nothing={null}>
      {({ items }) => (
        <Section title="Alerts of Suricata" aside={count(items.length)}>
          <p className="section-body quiet">
            An alert is matched once its conversation was seen here; it waits for that ten minutes at most.
          </p>
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>Taken from</th>
                  {hasSite && <th>Site</th>}
                  <th>Last event</th>
                  <th className="num">Events</th>
                  <th className="num">Alerts</th>
                  <th className="num">Matched</th>
                  <th className="num">Unmatched</th>
                  <th className="num">Waiting</th>
                  <th className="num">Dropped</th>
                  <th>Not usable</th>
                </tr>
              </thead>
              <tbody>
                {items.map((source) => (
                  <Row key={`${source.site}${source.place}`} source={source} hasSite={hasSite} />
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
    </Loaded>
  )
}

function Row({ source, hasSite }: { readonly source: AlertSource; readonly hasSite: boolean }): ReactNode {
  const trouble = troubleWords(source)
  return (
    <tr>
      <td className="wide">
        <span className="mono">{source.place}</span>
        {trouble !== undefined && <div className="text-high">{trouble}</div>}
      </td>
      {hasSite && <td className="second">{source.site}</td>}
      <td className="nowrap">{source.heardAt === null ? <span className="quiet">none yet</span> : <When at={source.heardAt} />}</td>
      <td className="num">{count(source.events)}</td>
      <td className="num">{count(source.alerts)}</td>
      <td className="num">{count(source.tied)}</td>
      <td className="num">{count(source.untied)}</td>
      <td className="num">{count(source.waiting)}</td>
      <td className={`num ${source.dropped > 0 ? 'text-high' : 'quiet'}`}>{source.dropped > 0 ? count(source.dropped) : 'none'}</td>
      <td>
        {refusedWords(source.refused).map((words) => (
          <div key={words} className="second nowrap">
            {words}
          </div>
        ))}
      </td>
    </tr>
  )
}
