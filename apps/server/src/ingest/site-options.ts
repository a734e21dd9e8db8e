/** What a site's fold works with: the content in force, shaped by what people decided for this site. Read when the fold opens. */
import type { SiteOptions } from '@isthmus/site'
import { loadChanges } from '../authorised-changes/authorised-changes.store.ts'
import { loadLearning } from '../baseline/learning.store.ts'
import type { Tx } from '../database/connect.ts'
import { loadDetection } from '../detection-settings/in-force.ts'
import { loadIndicators } from '../known-threats/load.ts'
import { loadOwnRules } from '../own-rules/load.ts'
import { loadSuppressions } from '../suppressions/suppressions.store.ts'
import { contentInForce } from './content.ts'
import type { FoldOptions } from './fold.ts'

/** Runs in the site's scope; a decision of kind `controls` makes the fold ask again. */
export async function loadSiteOptions(tx: Tx, site: string, base: FoldOptions): Promise<SiteOptions> {
  const controls = { suppressions: await loadSuppressions(tx, site), changes: await loadChanges(tx, site) }
  const own = await loadOwnRules(tx, site)
  const content = (await loadDetection(tx, site, () => own ?? contentInForce())) ?? own
  const inForce = content === undefined ? {} : { rules: content.rules, content }
  return { ...base, ...inForce, site, controls, indicators: await loadIndicators(tx, site), ...(await loadLearning(tx, site)) }
}
