import { readSiteLearning } from '../baseline/learning.store.ts'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import type { Services } from '../services.ts'
import { evidenceOf, sliceAnswer } from './alert-evidence.ts'
import { detectorRows, findBasis } from './evidence.store.ts'
import { AlertEvidence, EvidenceSlice } from './evidence.wire.ts'
import { questionFor, rulesAt } from './rules-in-force.ts'
import type { SliceFile } from './slices.ts'

export const evidenceRoutes = [
  route({
    on: 'GET /alerts/:id/evidence',
    may: 'alert.read',
    about: 'What an alert rests on: rules and their versions, what had been learnt, packets, the arithmetic of its score',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AlertEvidence,
    transaction: 'none',
    run: async ({ sites, params, services }) => {
      const { database, slices, library } = services
      const held = await database.scoped(
        sites,
        async (tx) => {
          const basis = await findBasis(tx, sites, params.id)
          if (!basis) return undefined
          const { site } = basis
          const { times } = await readSiteLearning(tx, site)
          const clock = times.siteUs > 0 ? (await detectorRows(tx, site, ['clock#0'])).get('clock#0') : undefined
          return { basis, clock, question: await questionFor(tx, site) }
        },
        'read only',
      )
      if (held === undefined) return noSuch('alert', params.id)
      const { basis, clock, question } = held
      return evidenceOf(basis, { rules: await rulesAt(basis.site, question), library, clock }, await slices.find(basis))
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
