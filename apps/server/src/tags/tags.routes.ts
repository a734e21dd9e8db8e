import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { findTag, listSamples, listTags } from './tags.store.ts'
import { SampleQuery, Samples, TagPage, TagQuery, Tags } from './tags.wire.ts'

export const tagRoutes = [
  route({
    on: 'GET /tags',
    may: 'tag.read',
    about: 'Values of the process, by name',
    params: Nothing,
    query: TagQuery,
    body: Nothing,
    reply: Tags,
    run: ({ tx, sites, query }) => listTags(tx, sites, query),
  }),
  route({
    on: 'GET /tags/:id',
    may: 'tag.read',
    about: 'One tag',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: TagPage,
    run: async ({ tx, sites, params }) => (await findTag(tx, sites, params.id)) ?? noSuch('tag', params.id),
  }),
  route({
    on: 'GET /tags/:id/samples',
    may: 'tag.read',
    about: "A tag's history, thinned to what a chart can show",
    params: Id,
    query: SampleQuery,
    body: Nothing,
    reply: Samples,
    run: async ({ tx, sites, params, query }) => {
      const tag = await findTag(tx, sites, params.id)
      return tag ? listSamples(tx, tag, query.from, query.to) : noSuch('tag', params.id)
    },
  }),
]
