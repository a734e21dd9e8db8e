import { type ReactNode, useState } from 'react'
import type { OwnRuleDetail } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { Button } from '../../ui/button.tsx'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { useVersion } from './own-rules.api.ts'

type Props = { readonly rule: OwnRuleDetail; readonly mayChange: boolean; readonly onBack: (number: number) => void }

/** Who wrote what, and when; any version is shown as it was, and taken back. */
export function VersionList({ rule, mayChange, onBack }: Props): ReactNode {
  const [shown, setShown] = useState<number>()
  return (
    <ol className="section-body version-list">
      {rule.versions.map((version) => (
        <li key={version.number}>
          <div className="version-line">
            <span className="mono">{version.number}</span>
            <span>
              {version.done}, {version.isOn ? 'on' : 'off'}
            </span>
            <span className="second">
              {version.by?.displayName ?? 'somebody'} <When at={version.madeAt} short />
            </span>
            <Button
              aria-expanded={shown === version.number}
              onClick={() => setShown(shown === version.number ? undefined : version.number)}
            >
              {shown === version.number ? 'Hide' : 'Show'}
            </Button>
            {mayChange && version.number !== rule.number && <Button onClick={() => onBack(version.number)}>Back to this</Button>}
          </div>
          {shown === version.number && <VersionText id={rule.id} number={version.number} />}
        </li>
      ))}
    </ol>
  )
}

function VersionText({ id, number }: { readonly id: string; readonly number: number }): ReactNode {
  return (
    <Loaded value={useVersion(id, number)} skeleton={<SkeletonRows rows={6} widths={[60]} />}>
      {({ text }) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long rule scrolls by keyboard
        <pre className="own-rule-source mono" tabIndex={0}>
          {text}
        </pre>
      )}
    </Loaded>
  )
}
