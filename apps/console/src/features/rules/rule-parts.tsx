import type { ReactNode } from 'react'
import type { RuleDetail } from '../../api/types.ts'
import { Attack } from '../../objects/links.tsx'
import { LevelMark } from '../../objects/marks.tsx'
import { count, words } from '../../ui/format.ts'
import './rules.css'

export function RuleBody({ rule }: { readonly rule: RuleDetail }): ReactNode {
  return (
    <>
      <div className="alert-line">
        <LevelMark level={rule.level} />
        <span className="second">{words(rule.engine)}</span>
        <span className="second">{words(rule.status)}</span>
        <Attack ids={rule.attack} />
        <span className="second">{rule.findings === 0 ? 'has found nothing here' : `${count(rule.findings)} findings here`}</span>
      </div>
      <p>{rule.description}</p>
      <Lines title="Check first" lines={rule.triage} />
      <Lines title="What may look like it" lines={rule.falsePositives} />
      <Lines title="What it does not see" lines={rule.misses} />
      <Lines title="References" lines={rule.references} />
    </>
  )
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul className="rule-lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}
