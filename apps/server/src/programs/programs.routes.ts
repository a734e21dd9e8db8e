import { contentParts } from '@isthmus/protocols'
import { diffContents, sayDiff } from '@isthmus/track'
import { noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import type { Services } from '../services.ts'
import { programOf } from './alert-program.ts'
import { findAlert, findContents, findProgram, listPrograms } from './programs.store.ts'
import { AlertProgram, ContentAddress, DiffQuery, ProgramDiff, ProgramPage, ProgramQuery, ProgramSections } from './programs.wire.ts'

export const programRoutes = [
  route({
    on: 'GET /programs',
    may: 'asset.read',
    about: "Sections of controllers' programs with what was moved of each, the latest first",
    params: Nothing,
    query: ProgramQuery,
    body: Nothing,
    reply: ProgramSections,
    run: ({ tx, sites, query }) => listPrograms(tx, sites, query),
  }),
  route({
    on: 'GET /programs/:id',
    may: 'asset.read',
    about: 'One section of a program, and which of its contents are kept',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: ProgramPage,
    run: async ({ tx, sites, params }) => (await findProgram(tx, sites, params.id)) ?? noSuch('program section', params.id),
  }),
  route({
    on: 'GET /programs/:id/diff',
    may: 'packet.read',
    audit: 'program.compared',
    about: 'What differs between two contents of a section: lines of text, bytes of anything else, with the part of the block they are in',
    params: Id,
    query: DiffQuery,
    body: Nothing,
    reply: ProgramDiff,
    transaction: 'none',
    run: async ({ sites, params, query, services, http }) => {
      const found = await contentsOf(services, sites, params.id, query.from === undefined ? [query.to] : [query.from, query.to])
      if ('refused' in found) return found
      http.note({ site: found.site, target: params.id, ...query })
      const [before, after] = query.from === undefined ? [new Uint8Array(0), ...found.contents] : found.contents
      const diff = diffContents(before!, after!, (content) => contentParts(found.protocol, content))
      const { form, bytes, newBytes, differing, places, isCoarse } = diff
      const changes = {
        byteChanges: diff.form === 'binary' ? diff.changes : [],
        lineChanges: diff.form === 'text' ? diff.changes : [],
      }
      return { says: sayDiff(diff), form, bytes, newBytes, differing, places, isCoarse, ...changes }
    },
  }),
  route({
    on: 'GET /programs/:id/contents/:hash',
    may: 'packet.read',
    audit: 'program.read',
    about: 'The bytes of a section as they went over the wire',
    params: ContentAddress,
    query: Nothing,
    body: Nothing,
    reply: 'file',
    transaction: 'none',
    run: async ({ sites, params, services, http }) => {
      const found = await contentsOf(services, sites, params.id, [params.hash])
      if ('refused' in found) return found
      const [content] = found.contents
      http.note({ site: found.site, target: params.id, hash: params.hash })
      const name = `${found.section}-${params.hash.slice(0, 8)}.bin`
      return { content: content!, bytes: content!.length, sha256: params.hash, type: 'application/octet-stream', name }
    },
  }),
  route({
    on: 'GET /alerts/:id/program',
    may: 'alert.read',
    about: "What happened to the program of an alert's controller around the alert: of how many sections which changed, and by how much",
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AlertProgram,
    run: async ({ tx, sites, params }) => {
      const alert = await findAlert(tx, sites, params.id)
      return alert ? programOf(tx, alert) : noSuch('alert', params.id)
    },
  }),
]

type Found = { readonly site: string; readonly protocol: string; readonly section: string; readonly contents: readonly Uint8Array[] }

/** Contents of versions of this section, in this order. */
async function contentsOf(
  { database }: Services,
  sites: readonly string[],
  id: string,
  hashes: readonly string[],
): Promise<Found | Refusal> {
  return database.scoped(
    sites,
    async (tx) => {
      const program = await findProgram(tx, sites, id)
      if (!program) return noSuch('program section', id)
      const { site, protocol, section, versions } = program
      const foreign = hashes.find((hash) => !versions.some(({ content }) => content === hash))
      if (foreign !== undefined) return noSuch('version', foreign)
      const kept = await findContents(tx, site, hashes)
      const contents = hashes.flatMap((hash) => kept.get(hash) ?? [])
      return contents.length === hashes.length
        ? { site, protocol, section, contents }
        : refuse('not-found', 'The bytes of this version are no longer kept; later ones took their room.')
    },
    'read only',
  )
}
