/** Engines on and off, and every rule that is set otherwise than published; of a site, or for all. */
import type { ReactNode } from 'react'
import type { DetectionDocument, DetectionSettings, Rule } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { useCan, useMe } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/field.tsx'
import { plural, words } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { saveDetection, useDetection } from './detection.api.ts'
import { choiceOf, choices, differences, ENGINES, isChosenOn, withEngine, withRule } from './detection.view.ts'
import { useRules } from './rules.api.ts'
import './rules.css'

export function DetectionPage(): ReactNode {
  const { site } = useScope()
  const me = useMe()
  const settings = useDetection(site)
  const rules = useRules()
  const name = me.sites.find((one) => one.id === site)?.name ?? site
  return (
    <Page
      title="Engines and thresholds"
      lead={
        <span className="quiet">
          {site === undefined
            ? 'What holds for all sites. Choose a site above to set what differs there.'
            : `What holds at ${name}; where it sets nothing, what is set for all sites holds.`}
        </span>
      }
    >
      <Loaded value={settings} skeleton={<SkeletonRows rows={12} />}>
        {(read) => (
          <div className="detection">
            <Engines read={read} rules={rules.data?.items ?? []} />
            <Loaded value={rules} skeleton={<SkeletonRows rows={6} />}>
              {({ items }) => <Differences read={read} rules={items} />}
            </Loaded>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function save(read: DetectionSettings, next: DetectionDocument): void {
  saveDetection(read, next)
    .then(() => say('Saved. It counts from the next packets on.'))
    .catch(sayFailure)
}

function Engines({ read, rules }: { readonly read: DetectionSettings; readonly rules: readonly Rule[] }): ReactNode {
  const can = useCan()('detection.manage')
  return (
    <Section
      title="Engines"
      aside={
        read.changedAt !== null && (
          <span className="second">
            {read.changedBy === null ? 'Changed' : `${read.changedBy.displayName} changed this`} <When at={read.changedAt} />
          </span>
        )
      }
    >
      <ul className="engines">
        {ENGINES.map(([engine, about]) => {
          const own = read.own.engines[engine]
          const isOff = read.inForce.engines[engine] === false
          return (
            <li key={engine}>
              <div>
                <strong>{words(engine)}</strong>{' '}
                <span className="second">{plural(rules.filter((rule) => rule.engine === engine).length, 'rule')}</span>
                <p className="second">{about}</p>
                {isOff && <p>Off: none of its rules raises anything. It goes on learning, and what rests on it goes on.</p>}
              </div>
              {can ? (
                <Segmented
                  label={words(engine)}
                  value={read.site === null ? choiceOf(own ?? true) : choiceOf(own)}
                  options={choices(read.site !== null, read.all.engines[engine] !== false)}
                  onChange={(next) =>
                    save(read, withEngine(read.own, engine, read.site === null && next === 'on' ? undefined : isChosenOn(next)))
                  }
                />
              ) : (
                <span>{isOff ? 'Off' : 'On'}</span>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function Differences({ read, rules }: { readonly read: DetectionSettings; readonly rules: readonly Rule[] }): ReactNode {
  const can = useCan()('detection.manage')
  const lines = differences(read.own, rules)
  const where = read.site === null ? 'for all sites' : 'for this site'
  return (
    <Section title={`Rules set ${where}`} aside={<Go to="/rules">All rules</Go>}>
      {lines.length === 0 ? (
        <p className="section-body second">
          Every rule is {read.site === null ? 'as published' : 'as for all sites'}. Open a rule to change its level or thresholds, or to
          switch it off.
        </p>
      ) : (
        <table className="set-rules">
          <thead>
            <tr>
              <th>Rule</th>
              <th>What</th>
              <th>Set to</th>
              <th>Published</th>
              {can && <th aria-label="Back" />}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ rule, title, key, is, published, at: [owner, name] }) => (
              <tr key={`${owner} ${name}`}>
                <td>
                  <Go to={`/rules/${rule}`}>{title}</Go>
                </td>
                <td>{key}</td>
                <td>{is}</td>
                <td className="second">{published}</td>
                {can && (
                  <td>
                    <Button
                      tone="bare"
                      aria-label={`${title}, ${key}: back`}
                      onClick={() => save(read, withRule(read.own, { [owner]: { [name]: undefined } }))}
                    >
                      {read.site === null ? 'Back to default' : 'As for all sites'}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {read.unusable.length > 0 && (
        <div className="section-body stack-tight">
          <p>Set, but no rule can take it:</p>
          <ul className="rule-lines">
            {read.unusable.map(({ path, reason }) => (
              <li key={path}>
                <span className="mono">{path}</span>: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  )
}
