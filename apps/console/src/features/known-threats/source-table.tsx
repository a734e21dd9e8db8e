/** Sources of one kind: what is looked for, until when, and what cannot be. */
import type { ReactNode } from 'react'
import type { ThreatSource } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { useSiteName } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { count, plural } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { say } from '../../ui/toast.tsx'
import { askFeed, switchSource } from './known-threats.api.ts'
import { endWords, paceWords, problemWords, unusableWords, usedWords } from './known-threats.view.ts'

type Props = {
  readonly title: string
  readonly items: readonly ThreatSource[]
  readonly none: string
  readonly mayManage: boolean
  readonly onRemove: (source: ThreatSource) => void
}

export function SourceTable({ title, items, none, mayManage, onRemove }: Props): ReactNode {
  return (
    <Section title={title} aside={items.length > 0 ? count(items.length) : undefined}>
      {items.length === 0 ? (
        <p className="section-body quiet">{none}</p>
      ) : (
        <div className="scroll-x">
          <table className="plain-table">
            <thead>
              <tr>
                <th>Name</th>
                <th>State</th>
                <th>Looked for</th>
                <th>Expiry</th>
                <th>For</th>
                <th>Since</th>
                {mayManage && <th aria-label="Actions" />}
              </tr>
            </thead>
            <tbody>
              {items.map((source) => (
                <Row key={source.id} source={source} mayManage={mayManage} onRemove={onRemove} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

type RowProps = { readonly source: ThreatSource; readonly mayManage: boolean; readonly onRemove: (source: ThreatSource) => void }

function Row({ source, mayManage, onRemove }: RowProps): ReactNode {
  const nameOf = useSiteName()
  const turn = async (): Promise<void> => {
    try {
      await switchSource(source.id, !source.isEnabled)
      say(source.isEnabled ? `${source.name} is not looked for` : `${source.name} is looked for`)
    } catch (cause) {
      say(cause instanceof Error ? cause.message : 'The server does not answer.')
    }
  }
  const ask = async (): Promise<void> => {
    try {
      const { feed } = await askFeed(source.id)
      say(feed?.trouble == null ? `${source.name} answered` : `${source.name}: ${feed.trouble}`)
    } catch (cause) {
      say(cause instanceof Error ? cause.message : 'The server does not answer.')
    }
  }
  const row = (
    <tr>
      <td className="wide">
        <span className="mono">{source.name}</span>
        <FeedState source={source} />
      </td>
      <td className="nowrap">{source.isEnabled ? 'On' : 'Off'}</td>
      <td className="nowrap">
        {usedWords(source)} <span className="quiet">{source.format}</span>
      </td>
      <td>
        <span className="nowrap">{endWords(source)}</span>
        {source.nextEnd !== null && (
          <div className="second nowrap">
            next <When at={source.nextEnd} />
          </div>
        )}
      </td>
      <td className="nowrap">{source.site === null ? 'All sites' : nameOf(source.site)}</td>
      <td className="second nowrap">
        <When at={source.changedAt} />
        {source.addedBy !== null && <div>by {source.addedBy.displayName}</div>}
      </td>
      {mayManage && (
        <td>
          <div className="threat-row-actions">
            {source.feed !== null && (
              <Button tone="bare" onClick={() => void ask()}>
                Ask now
              </Button>
            )}
            <Button tone="bare" onClick={() => void turn()}>
              {source.isEnabled ? 'Switch off' : 'Switch on'}
            </Button>
            <Button tone="bare" onClick={() => onRemove(source)}>
              Remove
            </Button>
          </div>
        </td>
      )}
    </tr>
  )
  if (problemWords(source) === '' && Object.keys(source.skipped).length === 0) return row
  return (
    <>
      {row}
      <tr>
        <td colSpan={mayManage ? 7 : 6} className="wide">
          <Problems source={source} />
        </td>
      </tr>
    </>
  )
}

/** Where a feed comes from, when it answered last, and what is wrong. */
function FeedState({ source: { feed } }: { readonly source: ThreatSource }): ReactNode {
  if (feed === null) return null
  return (
    <div className="second">
      TAXII, {paceWords(feed.everyMinutes)}, {plural(feed.objects, 'object')}
      {feed.answeredAt !== null && (
        <>
          , answered <When at={feed.answeredAt} />
        </>
      )}
      {feed.trouble !== null && (
        <p className="field-error" role="alert">
          {feed.trouble}
        </p>
      )}
    </div>
  )
}

function Problems({ source }: { readonly source: ThreatSource }): ReactNode {
  const words = problemWords(source)
  return (
    <details className="threat-problems">
      <summary>{words === '' ? 'Left out' : words}</summary>
      <ul>
        {unusableWords(source).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {source.problems.length > 0 && (
        <ul className="mono">
          {source.problems.map(({ where, what, why }) => (
            <li key={`${where}${what}${why}`}>{[where, what, why].filter((part) => part !== '').join(': ')}</li>
          ))}
        </ul>
      )}
    </details>
  )
}
