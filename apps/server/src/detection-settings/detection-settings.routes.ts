import { mergeSettings, readSettings } from '@isthmus/detect'
import type { Tx } from '../database/connect.ts'
import { refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { mayEverywhere } from '../permissions.table.ts'
import type { Services } from '../services.ts'
import { allSites } from '../sites/sites.store.ts'
import { tellControls } from '../tell-controls.ts'
import { lockSettings, readStored, saveSettings } from './detection-settings.store.ts'
import { DetectionQuery, DetectionSettings, NewDetectionSettings } from './detection-settings.wire.ts'
import { changesBetween } from './in-force.ts'

/** Lines that an audit entry holds. */
const MAX_CHANGES = 200

async function pageOf(tx: Tx, site: string | null, { library }: Services) {
  const all = await readStored(tx, null)
  const own = site === null ? all : await readStored(tx, site)
  const ofAll = readSettings(all?.doc, library.catalogue)
  const ofSite = readSettings(own?.doc, library.catalogue)
  return {
    site,
    own: ofSite.settings,
    all: ofAll.settings,
    inForce: site === null ? ofAll.settings : mergeSettings(ofAll.settings, ofSite.settings),
    unusable: [...ofSite.errors],
    changedAt: own?.changedAt ?? null,
    changedBy: own?.changedBy ?? null,
  }
}

export const detectionSettingRoutes = [
  route({
    on: 'GET /detection-settings',
    may: 'rule.read',
    about: 'Which engines and rules are on, and their thresholds: of a site, or for all',
    params: Nothing,
    query: DetectionQuery,
    body: Nothing,
    reply: DetectionSettings,
    run: ({ tx, query, services }) => pageOf(tx, query.site ?? null, services),
  }),
  route({
    on: 'PUT /detection-settings',
    may: 'detection.manage',
    audit: 'detection.set',
    about: 'Sets engines, rules and thresholds of a site, or for all; what is not named is as published',
    params: Nothing,
    query: DetectionQuery,
    body: NewDetectionSettings,
    reply: DetectionSettings,
    run: async ({ tx, query, body, me, services, http }) => {
      const site = query.site ?? null
      http.note({ site, target: site ?? 'all sites' })
      if (site === null && !mayEverywhere(me.grants, 'detection.manage'))
        return refuse('not-allowed', 'Settings for all sites need a grant for all sites. Name a site.')
      const { catalogue } = services.library
      const { settings, errors } = readSettings({ engines: body.engines, rules: body.rules }, catalogue)
      if (errors.length > 0) {
        const details = errors.map(({ path, reason }) => ({ field: path, why: reason }))
        return refuse('not-valid', 'Some settings cannot be taken; nothing was saved.', details)
      }
      await lockSettings(tx, site)
      const before = await readStored(tx, site, true)
      if (body.seen !== undefined && body.seen !== (before?.changedAt ?? null))
        return refuse('conflict', 'Somebody changed the settings since you opened them. Reload, and set yours again.')
      const changes = changesBetween(readSettings(before?.doc, catalogue).settings, settings, catalogue)
      http.note({ changes: changes.slice(0, MAX_CHANGES), ...(changes.length > MAX_CHANGES ? { more: changes.length - MAX_CHANGES } : {}) })
      await saveSettings(tx, site, settings, services.now(), me.id)
      const touched = site === null ? (await allSites(tx)).map((one) => one.id) : [site]
      http.afterwards(() => {
        for (const one of touched) void tellControls(services, one, ['rules'])
      })
      return pageOf(tx, site, services)
    },
  }),
]
