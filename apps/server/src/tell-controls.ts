/** What people decided for a site, told to the one who folds it and to live consoles. */
import type { Noun } from './events/notices.ts'
import type { Services } from './services.ts'
import { allSites } from './sites/sites.store.ts'

type Told = Pick<Services, 'database' | 'captures' | 'notices'>

/** `site` null: for all sites. At once where one is named; never fails. */
export async function tellControls(told: Told, site: string | null, nouns: readonly Noun[], id?: string): Promise<void> {
  for (const one of site === null ? await everySite(told) : [site]) {
    told.captures.decided({ kind: 'controls', site: one })
    for (const noun of nouns) told.notices.tell(one, noun, id === undefined ? [] : [id])
  }
}

/** While the database is away nothing is folded either: a fold begins with what is decided once it is back. */
async function everySite({ database }: Told): Promise<readonly string[]> {
  return allSites(database.app).then(
    (sites) => sites.map(({ id }) => id),
    () => [],
  )
}
