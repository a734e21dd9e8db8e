import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { deleteCapture, findCapture, listCaptures } from './captures.store.ts'
import { Capture, CaptureQuery, CaptureRemoved, Captures, CaptureUpload, PacketAddress, PacketPage } from './captures.wire.ts'
import { readPacket } from './packet.ts'
import { keepUpload, receiveUpload } from './upload.ts'

export const captureRoutes = [
  route({
    on: 'GET /captures',
    may: 'capture.read',
    about: 'Capture files and how far each is read, newest first',
    params: Nothing,
    query: CaptureQuery,
    body: Nothing,
    reply: Captures,
    run: ({ tx, sites, query }) => listCaptures(tx, sites, query),
  }),
  route({
    on: 'POST /captures',
    may: 'capture.add',
    audit: 'capture.added',
    about:
      'Takes a pcap or pcapng file (also .gz, .zst), or alerts of Suricata on the same traffic (EVE JSON), as the request body and starts reading it',
    transaction: 'none',
    params: Nothing,
    query: CaptureUpload,
    body: 'bytes',
    reply: Capture,
    run: async ({ query, sites, me, services, http, change }) => {
      http.note({ site: query.site, name: query.name })
      if (!sites.includes(query.site)) return noSuch('site', query.site)
      const upload = await receiveUpload(http.stream, http.contentLength, services.captures)
      if ('refused' in upload) return upload
      const keeping = { site: query.site, name: query.name, folder: services.captures.folder, by: me.id }
      const capture = await keepUpload(upload, keeping, (work) =>
        change(
          async (tx) => {
            const kept = await work(tx)
            http.note({ target: kept.id, sha256: kept.sha256 })
            return kept
          },
          { sites: [query.site] },
        ),
      )
      services.captures.wake()
      services.notices.tell(query.site, 'captures', [capture.id])
      return capture
    },
  }),
  route({
    on: 'GET /captures/:id',
    may: 'capture.read',
    about: 'One capture file',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: Capture,
    run: async ({ tx, sites, params }) => (await findCapture(tx, sites, params.id)) ?? noSuch('capture', params.id),
  }),
  route({
    on: 'DELETE /captures/:id',
    may: 'capture.remove',
    audit: 'capture.removed',
    about: 'Removes a capture file, also one that is being read; what was learnt from it stays, without its packets',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: CaptureRemoved,
    run: async ({ tx, sites, params, services, http }) => {
      const capture = await findCapture(tx, sites, params.id)
      if (!capture) return noSuch('capture', params.id)
      http.note({ site: capture.site, target: capture.id, name: capture.name, sha256: capture.sha256 })
      if (capture.source === 'plant' && capture.state === 'reading')
        return refuse('conflict', 'The demonstration plant is writing this file.')
      await deleteCapture(tx, sites, capture.id)
      http.afterwards(() => {
        // One that cannot be removed is no row any more: the disk's trouble, not this request's.
        rm(join(services.captures.folder, capture.file), { force: true }).catch(() => undefined)
        services.notices.tell(capture.site, 'captures', [capture.id])
      })
      return { id: capture.id }
    },
  }),
  route({
    on: 'GET /captures/:id/packets/:number',
    may: 'packet.read',
    audit: 'packet.read',
    about: 'One packet, decoded with byte offsets',
    params: PacketAddress,
    query: Nothing,
    body: Nothing,
    reply: PacketPage,
    transaction: 'none',
    run: async ({ sites, params, services, http }) => {
      const capture = await services.database.scoped(sites, (tx) => findCapture(tx, sites, params.id), 'read only')
      if (!capture) return noSuch('capture', params.id)
      http.note({ site: capture.site, target: capture.id, number: params.number })
      return (await readPacket(services.captures, capture, params.number)) ?? noSuch('packet', `${params.number} in this capture`)
    },
  }),
]
