import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { RuleBody } from './rule-parts.tsx'
import { RuleSettings } from './rule-settings.tsx'
import { useRule } from './rules.api.ts'

export function RulePage(): ReactNode {
  const { name } = useParams({ strict: false }) as { name: string }
  return (
    <Loaded
      value={useRule(name)}
      skeleton={
        <div className="page">
          <SkeletonRows rows={16} widths={[70]} />
        </div>
      }
    >
      {(rule) => (
        <Page title={rule.title} lead={<span className="quiet mono">{rule.name}</span>}>
          <div className="rule-grid">
            <Section title="What it looks for">
              <div className="section-body stack">
                <RuleBody rule={rule} />
                <RuleSettings rule={rule} />
              </div>
            </Section>
            <Section title="As written">
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long rule scrolls by keyboard */}
              <pre className="rule-source mono" tabIndex={0}>
                {rule.source}
              </pre>
            </Section>
          </div>
        </Page>
      )}
    </Loaded>
  )
}
