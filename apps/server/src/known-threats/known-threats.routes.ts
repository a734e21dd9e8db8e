import type { Tx } from '../database/connect.ts'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { mayEverywhere } from '../permissions.table.ts'
import { newId } from '../sign-ins/secrets.ts'
import type { SignedIn } from '../sign-ins/session.ts'
import { tellControls } from '../tell-controls.ts'
import { inspect, receiveText } from './inspect.ts'
import { countSources, deleteSource, enableSource, findSource, listSources, MAX_SOURCES, saveSource } from './known-threats.store.ts'
import { NewSource, SourceMove, SourceQuery, SourceRemoved, ThreatSource, ThreatSources } from './known-threats.wire.ts'

export const knownThreatRoutes = [
  route({
    on: 'GET /known-threats',
    may: 'threat.read',
    about: 'Lists of indicators and YARA rules, those for all sites included',
    params: Nothing,
    query: SourceQuery,
    body: Nothing,
    reply: ThreatSources,
    run: async ({ tx, sites, services }) => ({ items: await listSources(tx, sites, services.now()) }),
  }),
  route({
    on: 'GET /known-threats/:id',
    may: 'threat.read',
    about: 'One source with everything of it that is not looked for, and why',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: ThreatSource,
    run: async ({ tx, sites, params, services }) => (await findSource(tx, sites, params.id, services.now())) ?? noSuch('source', params.id),
  }),
  route({
    on: 'POST /known-threats',
    may: 'threat.manage',
    audit: 'threat.added',
    about:
      'Takes a list of indicators (STIX 2.1, MISP JSON, CSV) or YARA rules as the request body; one of the same name is replaced. Without a site it counts for all, which asks for a grant for all.',
    transaction: 'none',
    params: Nothing,
    query: NewSource,
    body: 'bytes',
    reply: ThreatSource,
    run: async ({ query: { site = null, kind, name }, sites, me, services, http, change }) => {
      http.note({ site, name, kind })
      const refused = mayManage(me, sites, site)
      if (refused) return refused
      const text = await receiveText(http.stream)
      if (isRefusal(text)) return text
      const report = await inspect(kind, name, text).catch(() => undefined)
      if (report === undefined) return refuse('too-large', 'The file is too much to be read in a minute.')
      if (report.used === 0) return refuse('not-valid', undefined, nothingUsable(report.problems))
      const source = await change(
        async (tx) => {
          if ((await countSources(tx, site)) >= MAX_SOURCES) return refuse('conflict', `A site may have ${MAX_SOURCES} sources.`)
          const id = await saveSource(tx, { id: newId('threats'), site, kind, origin: 'upload', name, content: text, report, by: me.id })
          if (id === undefined) return refuse('conflict', `There is a feed with the name ${name}.`)
          http.note({ target: id, used: report.used, problems: report.problems.length })
          return (await findSource(tx, sites, id, services.now())) ?? noSuch('source', id)
        },
        { sites },
      )
      await tellControls(services, site, ['threats'], source.id)
      return source
    },
  }),
  route({
    on: 'POST /known-threats/:id/moves',
    may: 'threat.manage',
    audit: 'threat.moved',
    about: 'Switches a source on or off',
    params: Id,
    query: Nothing,
    body: SourceMove,
    reply: ThreatSource,
    run: async ({ tx, sites, params: { id }, body: { isEnabled }, me, services, http }) => {
      const source = await managed(tx, sites, id, me, services.now())
      if (isRefusal(source)) return source
      await enableSource(tx, id, isEnabled)
      http.note({ site: source.site, target: id, name: source.name, isEnabled })
      http.afterwards(() => void tellControls(services, source.site, ['threats'], id))
      return { ...source, isEnabled }
    },
  }),
  route({
    on: 'DELETE /known-threats/:id',
    may: 'threat.manage',
    audit: 'threat.removed',
    about: 'Removes a source; what it found stays',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: SourceRemoved,
    run: async ({ tx, sites, params: { id }, me, services, http }) => {
      const source = await managed(tx, sites, id, me, services.now())
      if (isRefusal(source)) return source
      await deleteSource(tx, id)
      http.note({ site: source.site, target: id, name: source.name })
      http.afterwards(() => void tellControls(services, source.site, ['threats'], id))
      return { id }
    },
  }),
]

/** What counts for all sites is decided by who may everywhere. */
export function mayManage(me: SignedIn, sites: readonly string[], site: string | null): Refusal | undefined {
  if (site === null)
    return mayEverywhere(me.grants, 'threat.manage') ? undefined : refuse('not-allowed', 'For all sites you need a grant for all sites.')
  return sites.includes(site) ? undefined : noSuch('site', site)
}

export async function managed(tx: Tx, sites: readonly string[], id: string, me: SignedIn, nowUs: number) {
  const source = await findSource(tx, sites, id, nowUs)
  if (!source) return noSuch('source', id)
  return mayManage(me, sites, source.site) ?? source
}

function nothingUsable(problems: readonly { readonly where: string; readonly why: string }[]) {
  const first = problems.slice(0, 20).map(({ where, why }) => ({ field: 'body', why: where === '' ? why : `${where}: ${why}` }))
  return first.length > 0 ? first : [{ field: 'body', why: 'nothing in this file can be looked for' }]
}
