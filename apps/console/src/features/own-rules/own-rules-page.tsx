import { type ReactNode, useMemo } from 'react'
import { LevelMark, When } from '../../objects/marks.tsx'
import { type Action, ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useSiteName } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { IconBook2, IconPlus } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { useOwnRules } from './own-rules.api.ts'
import { stateWords, titleOf, troubleWords } from './own-rules.view.ts'
import './own-rules.css'

const ACTIONS: readonly Action<{ readonly go: (to: string) => void }>[] = [
  {
    id: 'own-rule.new',
    label: 'Write a rule',
    key: 'n',
    icon: IconPlus,
    may: 'rule.manage',
    group: 'Own rules',
    isPrimary: true,
    run: ({ go }) => go('/own-rules/new'),
  },
]

export function OwnRulesPage(): ReactNode {
  const { site } = useScope()
  const nameOf = useSiteName()
  const go = useGo()
  const subject = useMemo(() => ({ go }), [go])
  const actions = useActions(ACTIONS, subject)
  return (
    <Page
      title="Own rules"
      lead={
        <span className="quiet">
          What people of the sites wrote, beside{' '}
          <Go to="/rules" className="link">
            the rules that came with Isthmus
          </Go>
          .
        </span>
      }
      actions={<ActionBar actions={actions} />}
    >
      <Section title="Rules">
        <Loaded
          value={useOwnRules(site)}
          skeleton={<SkeletonRows rows={6} />}
          isNothing={({ items }) => items.length === 0}
          nothing={
            <Nothing icon={IconBook2} title="No rule of your own yet">
              A rule says what is not wanted at this site: who may write to which tag, which hosts may speak. It is written in Sigma, by
              hand or from menus, and rules for Zeek are understood as well.
            </Nothing>
          }
        >
          {({ items }) => (
            <div className="scroll-x">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th>Level</th>
                    <th>Rule</th>
                    <th>State</th>
                    <th>For</th>
                    <th className="num gives-way">Version</th>
                    <th className="gives-way">By</th>
                    <th>Since</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((row) => (
                    <tr key={row.id}>
                      <td>{row.rules[0] !== undefined && <LevelMark level={row.rules[0].level} />}</td>
                      <td className="wide">
                        <Go to={`/own-rules/${row.id}`}>{titleOf(row)}</Go>
                        <Trouble text={troubleWords(row, nameOf)} />
                      </td>
                      <td className="nowrap">{stateWords(row)}</td>
                      <td>{row.site === null ? 'All sites' : nameOf(row.site)}</td>
                      <td className="num gives-way">{row.number}</td>
                      <td className="gives-way">{row.by?.displayName ?? 'somebody'}</td>
                      <td className="second nowrap">
                        <When at={row.madeAt} />
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

function Trouble({ text }: { readonly text: string | undefined }): ReactNode {
  return text === undefined ? null : <div className="rule-trouble">{text}</div>
}
