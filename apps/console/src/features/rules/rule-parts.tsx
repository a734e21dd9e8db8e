import type { ReactNode } from 'react'
import type { Rule, RuleDetail } from '../../api/types.ts'
import { HiddenLine } from '../../objects/hidden-line.tsx'
import { Attack } from '../../objects/links.tsx'
import { LevelMark } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { count, percent, words } from '../../ui/format.ts'
import { useRules } from './rules.api.ts'
import { judgedText, plainLine, ruleMarks } from './rules.view.ts'
import './rules.css'

/** What is special about a rule in a list: who wrote it, and what keeps it from being heard. */
export function RuleMarks({ rule }: { readonly rule: Pick<Rule, 'own' | 'pack' | 'notInForce' | 'health'> }): ReactNode {
  return <span className="second">{ruleMarks(rule).join(' · ')}</span>
}

export function RuleBody({ rule }: { readonly rule: RuleDetail }): ReactNode {
  const health = useRules().data?.items.find(({ name }) => name === rule.name)?.health
  return (
    <>
      <div className="alert-line">
        <LevelMark level={rule.level} />
        <span className="second">{words(rule.engine)}</span>
        <span className="second">{words(rule.status)}</span>
        {rule.pack !== undefined && (
          <Go to="/packs" className="link">
            Pack {rule.pack.name} {rule.pack.version}
          </Go>
        )}
        {rule.own !== undefined && (
          <Go to={`/own-rules/${rule.own.id}`} className="link">
            Written here
          </Go>
        )}
        <Attack ids={rule.attack} />
        <span className="second">{rule.findings === 0 ? 'has found nothing here' : `${count(rule.findings)} findings here`}</span>
      </div>
      {rule.notInForce.map(({ site, why }) => (
        <p key={site} className="field-error">
          It does not count at {site}: {why}
        </p>
      ))}
      <p>{rule.description}</p>
      <p className="second">
        {health !== undefined && judgedText(health)} <HiddenLine filter={{ rule: rule.name }} />
      </p>
      <Lines title="Check first" lines={rule.triage} />
      <Lines title="What may look like it" lines={rule.falsePositives} />
      <Lines title="What it does not see" lines={rule.misses} />
      <Lines title="References" lines={rule.references} />
    </>
  )
}

/** The share of its judged alerts that was true. */
export function Precision({ rule: { health } }: { readonly rule: Pick<Rule, 'health'> }): ReactNode {
  if (health.precision === null) return <span className="quiet">–</span>
  return <span data-tip={judgedText(health)}>{percent(health.precision)}</span>
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul className="rule-lines">
        {lines.map((line) => (
          <li key={line}>{plainLine(line)}</li>
        ))}
      </ul>
    </section>
  )
}
