import { type ReactNode, useState } from 'react'
import type { AssetDetail } from '../../api/types.ts'
import { LearnAgainDialog } from '../../objects/learn-again-dialog.tsx'
import { Standing } from '../../objects/learning.tsx'
import { assetName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useCan } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { count } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { learnAgain, useLearning } from './assets.api.ts'

/** Where the asset stands between learning and operational, and what was learnt of it. */
export function LearningOf({ asset }: { readonly asset: AssetDetail }): ReactNode {
  const can = useCan()
  const [isAsked, ask] = useState(false)
  return (
    <Section
      title="What is normal here"
      aside={
        can('baseline.edit') &&
        !asset.isExternal && (
          <Button tone="bare" onClick={() => ask(true)}>
            Learn again
          </Button>
        )
      }
    >
      <div className="section-body stack-tight">
        <Loaded value={useLearning(asset.id)} skeleton={<SkeletonRows rows={2} />}>
          {({ learning, rows }) => (
            <>
              <p>
                <Standing
                  learning={learning}
                  nothing={
                    asset.isExternal
                      ? 'A host outside has no habits of its own here.'
                      : 'This site learns nothing: nothing can be called new.'
                  }
                />
              </p>
              <p>
                <Go to="/baseline" search={{ asset: asset.id }}>
                  {count(rows.known)} learnt, {count(rows.new)} new, {count(rows.decided)} approved
                </Go>
              </p>
            </>
          )}
        </Loaded>
      </div>
      {isAsked && (
        <LearnAgainDialog
          name={assetName(asset)}
          isSite={false}
          begin={() => learnAgain(asset.site, asset.id)}
          onClose={() => ask(false)}
        />
      )}
    </Section>
  )
}
