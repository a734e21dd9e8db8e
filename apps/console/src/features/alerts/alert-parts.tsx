/** The parts of an alert that its panel and its page share. */
import type { ReactNode } from 'react'
import type { Alert, AlertDetail, Finding } from '../../api/types.ts'
import { AssetCard } from '../../objects/asset-card.tsx'
import { EvidenceLink, HostLink } from '../../objects/links.tsx'
import { LevelMark, Score, StateDot, When } from '../../objects/marks.tsx'
import { Term } from '../../objects/term.tsx'
import { protocolName, RESOLUTION_WORDS } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { count, reading, words } from '../../ui/format.ts'
import { IconArrowRight } from '../../ui/icons.ts'
import { scoreSum, viewsOf } from './alerts.view.ts'

export function AlertLine({
  alert,
}: {
  readonly alert: Pick<Alert, 'level' | 'score' | 'state' | 'assignee' | 'resolution' | 'lastAt'>
}): ReactNode {
  return (
    <div className="alert-line">
      <LevelMark level={alert.level} />
      <Score score={alert.score} level={alert.level} />
      <StateDot state={alert.state} />
      {alert.resolution !== null && <span className="second">{RESOLUTION_WORDS[alert.resolution]}</span>}
      <span className="second">{alert.assignee === null ? 'No owner' : alert.assignee.displayName}</span>
      <When at={alert.lastAt} />
    </div>
  )
}

export function Ends({ alert }: { readonly alert: AlertDetail }): ReactNode {
  return (
    <div className="ends">
      <End
        caption="Source"
        card={alert.clientCard}
        fallback={<HostLink host={alert.client} asset={alert.clientAsset} label={alert.clientLabel ?? alert.clientName} />}
      />
      <IconArrowRight size={18} stroke={1.5} aria-hidden />
      <End
        caption="Target"
        card={alert.serverCard}
        fallback={<HostLink host={alert.server} asset={alert.serverAsset} label={alert.serverLabel ?? alert.serverName} />}
      />
    </div>
  )
}

function End({
  caption,
  card,
  fallback,
}: {
  readonly caption: string
  readonly card: AlertDetail['clientCard']
  readonly fallback: ReactNode
}): ReactNode {
  if (card !== null) return <AssetCard asset={card} caption={caption} />
  return (
    <div className="card">
      <span className="card-body">
        <span className="card-caption">{caption}</span>
        {fallback}
        <span className="quiet">no single asset</span>
      </span>
    </div>
  )
}

export function ScoreSum({ alert }: { readonly alert: AlertDetail }): ReactNode {
  const sum = scoreSum(alert.scoreParts, alert.score)
  return (
    <table className="score-sum">
      <caption className="visually-hidden">How the score adds up</caption>
      <tbody>
        {sum.parts.map((part) => (
          <tr key={part.why}>
            <td className="num">{part.points > 0 ? `+${part.points}` : part.points}</td>
            <td>{part.why}</td>
          </tr>
        ))}
        {sum.cut > 0 && (
          <tr>
            <td className="num">−{sum.cut}</td>
            <td className="quiet">above the highest score</td>
          </tr>
        )}
        <tr className="score-total">
          <td className="num">{Math.round(alert.score)}</td>
          <td>
            <Term name="score">score</Term>
          </td>
        </tr>
      </tbody>
    </table>
  )
}

/** The evidence line: packets, then what was observed in them, then the rule that spoke. */
export function EvidenceRows({ findings, total }: { readonly findings: readonly Finding[]; readonly total: number }): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table evidence-rows">
        <thead>
          <tr>
            <th>When</th>
            <th>What was seen, and the rule that spoke</th>
            <th>Packets</th>
          </tr>
        </thead>
        <tbody>
          {findings.map((finding) => (
            <tr key={finding.id}>
              <td>
                <When at={finding.at} />
              </td>
              <td className="wide">
                <Go to={`/rules/${finding.rule}`} className="link">
                  {finding.ruleTitle}
                </Go>
                <FieldList finding={finding} />
              </td>
              <td>
                <span className="chips">
                  {finding.evidence.slice(0, 2).map((each) => (
                    <EvidenceLink key={`${each.capture}${each.packets[1]}`} evidence={each} />
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > findings.length && <p className="more quiet">and {count(total - findings.length)} more like these</p>}
    </div>
  )
}

const MOST_FIELDS = 5
/** Said by the row itself, or by the page around it. */
const TOLD_ELSEWHERE = new Set(['at', 'first', 'client', 'server', 'count', 'ok', 'protocol', 'kind', 'site', 'sensor'])

function FieldList({ finding }: { readonly finding: Finding }): ReactNode {
  const shown = Object.entries(finding.fields)
    .filter(([name, value]) => value !== '' && !TOLD_ELSEWHERE.has(name))
    .slice(0, MOST_FIELDS)
  return (
    <span className="field-list second">
      <span>
        {protocolName(finding.protocol)} {words(finding.observed).toLowerCase()}
        {finding.count > 1 && `, ${count(finding.count)} times`}
      </span>
      {shown.map(([name, value]) => (
        <span key={name}>
          <span className="quiet">{words(name).toLowerCase()}</span> <span className="mono">{reading(value)}</span>
        </span>
      ))}
    </span>
  )
}

export function CheckFirst({ alert }: { readonly alert: AlertDetail }): ReactNode {
  return (
    <>
      {alert.checkFirst.length > 0 && (
        <ol className="steps">
          {alert.checkFirst.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      )}
      <div className="views">
        {viewsOf(alert).map((view) => (
          <Go key={view.label} to={view.to} search={view.search} className="button">
            {view.label}
          </Go>
        ))}
      </div>
    </>
  )
}

export function DoNot({ lines }: { readonly lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null
  return (
    <section className="do-not" aria-label="What not to do">
      <h2>Do not</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}
