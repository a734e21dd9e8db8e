/** What changed in what is known of threats, told to the folds and consoles of the sites it counts for. */
import type { Services } from '../services.ts'
import { allSites } from '../sites/sites.store.ts'

type Told = Pick<Services, 'database' | 'captures' | 'notices'>

export async function tellSites({ database, captures, notices }: Told, site: string | null, id: string): Promise<void> {
  const sites = site === null ? (await allSites(database.app)).map((one) => one.id) : [site]
  for (const one of sites) {
    captures.decided({ kind: 'controls', site: one })
    notices.tell(one, 'threats', [id])
  }
}
