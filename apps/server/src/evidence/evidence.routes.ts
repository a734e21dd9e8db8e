import type { SiteOptions } from '@isthmus/site'
import type { Tx } from '../database/connect.ts'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import type { FoldOptions } from '../ingest/fold.ts'
import { loadSiteOptions } from '../ingest/site-options.ts'
import type { Services } from '../services.ts'
import { evidenceOf, sliceAnswer } from './alert-evidence.ts'
import { detectorRows, findBasis } from './evidence.store.ts'
import { AlertEvidence, EvidenceSlice } from './evidence.wire.ts'
import type { SliceFile } from './slices.ts'

/** Compiled once: the same for all who ask. */
let content: FoldOptions | undefined
/** What people set is compiled at most so often for those who look: a fifth of a second of the event loop. */
const FRESH_MS = 60_000
const inForce = new Map<string, { readonly at: number; readonly options: SiteOptions }>()

async function optionsOf(tx: Tx, site: string): Promise<SiteOptions> {
  const known = inForce.get(site)
  if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.options
  content ??= loadFoldOptions()
  const options = await loadSiteOptions(tx, site, content)
  inForce.set(site, { at: performance.now(), options })
  return options
}

export const evidenceRoutes = [
  route({
    on: 'GET /alerts/:id/evidence',
    may: 'alert.read',
    about: 'What an alert rests on: rules and their versions, what had been learnt, packets, the arithmetic of its score',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AlertEvidence,
    run: async ({ tx, sites, params, services }) => {
      const basis = await findBasis(tx, sites, params.id)
      if (!basis) return noSuch('alert', params.id)
      const options = await optionsOf(tx, basis.site)
      const clock = (await detectorRows(tx, basis.site, ['clock#0'])).get('clock#0')
      return evidenceOf(basis, { options, library: services.library, clock }, await services.slices.find(basis))
    },
  }),
  route({
    on: 'POST /alerts/:id/evidence',
    may: 'packet.read',
    audit: 'evidence.cut',
    about: 'Cuts the packets of an alert into a file that raises it again, and says whether it does',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: EvidenceSlice,
    transaction: 'none',
    run: async ({ sites, params, services, http }) => {
      const slice = await sliceOf(services, sites, params.id, http.note)
      return isRefusal(slice) ? slice : sliceAnswer(slice)
    },
  }),
  route({
    on: 'GET /alerts/:id/evidence.pcapng',
    may: 'packet.read',
    audit: 'evidence.read',
    about: 'The packets of an alert, from the handshakes of their conversations on, as a capture file',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: 'file',
    transaction: 'none',
    run: async ({ sites, params, services, http }) => {
      const slice = await sliceOf(services, sites, params.id, http.note)
      if (isRefusal(slice)) return slice
      return { path: slice.path, bytes: slice.bytes, sha256: slice.sha256, type: 'application/octet-stream', name: `${params.id}.pcapng` }
    },
  }),
]

async function sliceOf(
  { database, slices }: Services,
  sites: readonly string[],
  alert: string,
  note: (detail: Record<string, unknown>) => void,
): Promise<SliceFile | Refusal> {
  const basis = await database.scoped(sites, (tx) => findBasis(tx, sites, alert), 'read only')
  if (!basis) return noSuch('alert', alert)
  note({ site: basis.site, target: alert })
  const pointsAt = basis.findings.some(({ evidence }) => evidence.length > 0)
  if (pointsAt && basis.captures.length === 0)
    return refuse('conflict', 'The captures this alert was raised from were removed: there are no packets to give.')
  const slice = await slices.cut(basis)
  if (!isRefusal(slice)) note({ sha256: slice.sha256, packets: slice.packets })
  return slice
}
