/** How long a site learns, and where a person had learning begin again. */
import {
  LEARNING_DEFAULTS,
  type LearningTimes,
  type LearningView,
  type Restarts,
  readLearning,
  type StateRow,
  VIEW_ROWS,
} from '@isthmus/detect'
import type { Asset } from '@isthmus/model'
import type { SiteOptions } from '@isthmus/site'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

export type SiteLearning = { readonly times: LearningTimes; readonly restarts: Restarts; readonly isDefault: boolean }

/** Hosts whose learning was begun again; the ones begun longest ago have long ended. */
const MAX_RESTARTS = 2000

async function readRow(tx: Tx, site: string): Promise<SiteLearning | undefined> {
  const { rows } = await sql<{
    times: LearningTimes
    restarts: Record<string, number>
  }>`select times, restarts from learning where site = ${site}`.execute(tx)
  const row = rows[0]
  return (
    row && {
      times: { ...LEARNING_DEFAULTS, ...row.times },
      restarts: new Map(Object.entries(row.restarts)),
      isDefault: Object.keys(row.times).length === 0,
    }
  )
}

export async function readSiteLearning(tx: Tx, site: string): Promise<SiteLearning> {
  return (await readRow(tx, site)) ?? { times: LEARNING_DEFAULTS, restarts: new Map(), isDefault: true }
}

/** The site's part of its fold's options; nothing where nobody decided anything. */
export async function loadLearning(tx: Tx, site: string): Promise<Partial<Pick<SiteOptions, 'learningUs' | 'learning' | 'restarts'>>> {
  const row = await readRow(tx, site)
  if (row === undefined) return {}
  const { restarts, times, isDefault } = row
  return isDefault ? { restarts } : { restarts, learningUs: times.siteUs, learning: times }
}

/** `times` without any key: the published defaults. */
export async function saveTimes(tx: Tx, site: string, times: Partial<LearningTimes>): Promise<void> {
  await sql`insert into learning (site, times) values (${site}, ${jsonText(times)}::jsonb)
    on conflict on constraint learning_pk do update set times = excluded.times`.execute(tx)
}

/** `hosts`: addresses of an asset, or '' for the site. */
export async function saveRestart(tx: Tx, site: string, hosts: readonly string[], at: number): Promise<void> {
  const { rows } = await sql<{ restarts: Record<string, number> }>`select restarts from learning where site = ${site} for update`.execute(
    tx,
  )
  const all = Object.entries({ ...rows[0]?.restarts, ...Object.fromEntries(hosts.map((host) => [host, at])) })
  const kept = Object.fromEntries(all.sort(([, a], [, b]) => b - a).slice(0, MAX_RESTARTS))
  await sql`insert into learning (site, times, restarts) values (${site}, '{}', ${jsonText(kept)}::jsonb)
    on conflict on constraint learning_pk do update set restarts = excluded.restarts`.execute(tx)
}

export async function readStandings(tx: Tx, site: string, { times, restarts }: SiteLearning): Promise<LearningView> {
  const { rows } = await sql<{ key: string; doc: StateRow }>`select key, doc from detector_state
    where site = ${site} and (${sql.join(
      VIEW_ROWS.map((prefix) => sql`starts_with(key, ${prefix})`),
      sql` or `,
    )}) order by key`.execute(tx)
  return readLearning(
    rows.map(({ key, doc }) => [key, doc] as const),
    times,
    restarts,
  )
}

type Standing = Pick<Asset, 'ips' | 'macs' | 'firstAt' | 'isExternal'>

/** What of assets their standing is told by; `id` undefined: of all. */
export async function readHosts(tx: Tx, site: string, id?: string): Promise<Standing[]> {
  const one = id === undefined ? sql`` : sql`and id = ${id}`
  const { rows } = await sql<Standing>`select summary -> 'ips' as ips, summary -> 'macs' as macs, first_us as "firstAt",
    (summary -> 'isExternal')::boolean as "isExternal" from assets where site = ${site} ${one} order by id`.execute(tx)
  return rows
}
