/** What a site's fold works with: the content in force, shaped by what people decided for this site. Read when the fold opens. */
import type { SiteOptions } from '@isthmus/site'
import { loadChanges } from '../authorised-changes/authorised-changes.store.ts'
import { loadLearning } from '../baseline/learning.store.ts'
import type { Tx } from '../database/connect.ts'
import { loadIndicators } from '../known-threats/load.ts'
import { loadSuppressions } from '../suppressions/suppressions.store.ts'
import type { FoldOptions } from './fold.ts'

/** Runs in the site's scope; a decision of kind `controls` makes the fold ask again. */
export async function loadSiteOptions(tx: Tx, site: string, base: FoldOptions): Promise<SiteOptions> {
  const controls = { suppressions: await loadSuppressions(tx, site), changes: await loadChanges(tx, site) }
  return { ...base, site, controls, indicators: await loadIndicators(tx, site), ...(await loadLearning(tx, site)) }
}
