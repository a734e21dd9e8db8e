import { LEARNING_DEFAULTS, LEARNING_LIMITS, type LearningTimes, type Learning as Standing } from '@isthmus/detect'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { countRows, findHosts } from './baseline.store.ts'
import { SiteId } from './baseline.wire.ts'
import { readHosts, readSiteLearning, readStandings, saveRestart, saveTimes } from './learning.store.ts'
import { AssetLearning, type Learning, NewTimes, Restart, SiteLearning, type Times } from './learning.wire.ts'

const SECOND = 1e6

function shownTimes({ siteUs, assetUs, quietUs, longestUs }: LearningTimes): z.output<typeof Times> {
  const { connections, accounts, operations, values } = quietUs
  const quiet = { connections: connections / SECOND, accounts: accounts / SECOND, operations: operations / SECOND, values: values / SECOND }
  return { site: siteUs / SECOND, asset: assetUs / SECOND, quiet, longest: longestUs / SECOND }
}

function timesOf({ site, asset, quiet, longest }: z.output<typeof Times>): LearningTimes {
  const { connections, accounts, operations, values } = quiet
  const quietUs = {
    connections: connections * SECOND,
    accounts: accounts * SECOND,
    operations: operations * SECOND,
    values: values * SECOND,
  }
  return { siteUs: site * SECOND, assetUs: asset * SECOND, quietUs, longestUs: longest * SECOND }
}

function shown(standing: Standing | undefined): z.output<typeof Learning> | null {
  if (standing === undefined) return null
  const one = ({ phase, since, until }: Pick<Standing, 'phase' | 'since' | 'until'>) => ({ phase, since, until: until ?? null })
  const { connections, accounts, operations, values } = standing.behaviours
  const behaviours = { connections: one(connections), accounts: one(accounts), operations: one(operations), values: one(values) }
  return { ...one(standing), behaviours }
}

async function siteLearning(tx: Tx, site: string): Promise<z.output<typeof SiteLearning>> {
  const learning = await readSiteLearning(tx, site)
  const view = await readStandings(tx, site, learning)
  const assets = { learning: 0, dynamic: 0, operational: 0 }
  for (const asset of await readHosts(tx, site)) {
    const phase = view.asset(asset)?.phase
    if (phase !== undefined) assets[phase]++
  }
  const { siteUs, assetUs, quietUs, longestUs } = LEARNING_LIMITS
  return {
    now: view.now ?? null,
    standing: shown(view.site()),
    times: shownTimes(learning.times),
    isDefault: learning.isDefault,
    defaults: shownTimes(LEARNING_DEFAULTS),
    limits: { site: siteUs / SECOND, asset: assetUs / SECOND, quiet: quietUs / SECOND, longest: longestUs / SECOND },
    rows: await countRows(tx, site, undefined),
    assets,
  }
}

export const learningRoutes = [
  route({
    on: 'GET /sites/:site/learning',
    may: 'baseline.read',
    about: 'How long the site learns, and where it stands',
    params: SiteId,
    query: Nothing,
    body: Nothing,
    reply: SiteLearning,
    run: async ({ tx, sites, params: { site } }) => (sites.includes(site) ? siteLearning(tx, site) : noSuch('site', site)),
  }),
  route({
    on: 'PUT /sites/:site/learning',
    may: 'baseline.edit',
    audit: 'learning.times-set',
    about: 'Sets how long the site learns; null for the published defaults',
    params: SiteId,
    query: Nothing,
    body: NewTimes,
    reply: SiteLearning,
    run: async ({ tx, sites, params: { site }, body, services, http }) => {
      if (!sites.includes(site)) return noSuch('site', site)
      await saveTimes(tx, site, body.times === null ? {} : timesOf(body.times))
      http.note({ site, target: site, times: body.times })
      http.afterwards(() => services.captures.decided({ kind: 'controls', site }))
      return siteLearning(tx, site)
    },
  }),
  route({
    on: 'POST /sites/:site/learning/restarts',
    may: 'baseline.edit',
    audit: 'learning.restarted',
    about: 'Has learning begin again, for an asset or the whole site; what was learnt stays',
    params: SiteId,
    query: Nothing,
    body: Restart,
    reply: SiteLearning,
    run: async ({ tx, sites, params: { site }, body, services, http }) => {
      if (!sites.includes(site)) return noSuch('site', site)
      const found = body.asset === null ? { hosts: [''] } : await findHosts(tx, [site], body.asset)
      if (found === undefined) return noSuch('asset', body.asset ?? '')
      const { now } = await readStandings(tx, site, await readSiteLearning(tx, site))
      await saveRestart(tx, site, found.hosts, now ?? services.now())
      http.note({ site, target: body.asset ?? site })
      http.afterwards(() => services.captures.decided({ kind: 'controls', site }))
      return siteLearning(tx, site)
    },
  }),
  route({
    on: 'GET /assets/:id/learning',
    may: 'baseline.read',
    about: 'Where an asset stands between learning and operational',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AssetLearning,
    run: async ({ tx, sites, params: { id } }) => {
      const found = await findHosts(tx, sites, id)
      if (found === undefined) return noSuch('asset', id)
      const view = await readStandings(tx, found.site, await readSiteLearning(tx, found.site))
      const [asset] = await readHosts(tx, found.site, id)
      return { learning: shown(asset && view.asset(asset)), rows: await countRows(tx, found.site, found.hosts) }
    },
  }),
]
