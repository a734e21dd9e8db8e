import { approve, expect, type Learned, limit, memoryOf, type Word } from '@isthmus/detect'
import { noSuch, type Refusal, refuse } from '../http/refusal.ts'
import type { Context } from '../http/route.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { countDecided, deleteRow, findRow, insertRow, listBaseline, lockRow, saveDecided } from './baseline.store.ts'
import { Approval, BaselineQuery, BaselineRow, BaselineRows, Limits, Memories, NewRow, RowId, SiteId } from './baseline.wire.ts'
import { readSiteLearning, readStandings } from './learning.store.ts'
import { rememberingRules } from './memories.ts'

/** As many as a detector holds for one rule. */
const MAX_DECIDED = 8_192

type Deciding = Pick<
  Context<{ site: string; id: string }, unknown, { until: number | null }>,
  'tx' | 'sites' | 'params' | 'body' | 'me' | 'services' | 'http'
>

/** A person's word on a row: written, and told to the fold that is open. */
async function decide(
  { tx, sites, params: { site, id }, body, me, services, http }: Deciding,
  make: (row: Learned, word: Word) => Learned | undefined,
): Promise<Refusal | Awaited<ReturnType<typeof findRow>>> {
  if (!sites.includes(site)) return noSuch('row', id)
  const row = await lockRow(tx, site, id)
  if (row === undefined) return noSuch('row', id)
  const at = await eventTime(tx, site, services.now())
  if (body.until !== null && body.until <= at) return past(at)
  if (row.people === null && (await countDecided(tx, site, row.rule)) >= MAX_DECIDED) return full(row.rule)
  const decided = make(row, { by: me.name, at, until: body.until })
  if (decided === undefined)
    return refuse('not-valid', 'The limits must be a range, and the row one of a range; of a volume only the most can be set.')
  await saveDecided(tx, site, decided)
  http.note({ site, target: id, rule: row.rule, group: row.group, ...decided.people })
  http.afterwards(() => services.captures.decided({ kind: 'baseline', site, edit: { kind: 'decide', row: decided } }))
  return findRow(tx, site, id)
}

/** Event time: what the site's clock says, or the server's before anything was seen. */
async function eventTime(tx: Deciding['tx'], site: string, now: number): Promise<number> {
  return (await readStandings(tx, site, await readSiteLearning(tx, site))).now ?? now
}

const past = (at: number) => refuse('not-valid', `The approval would be over already: the site is at ${new Date(at / 1000).toISOString()}.`)
const full = (rule: string) => refuse('conflict', `People have decided ${MAX_DECIDED} rows of ${rule} already: forget some first.`)

export const baselineRoutes = [
  route({
    on: 'GET /baseline',
    may: 'baseline.read',
    about: 'What rules that remember take for normal, and what they told and nobody approved',
    params: Nothing,
    query: BaselineQuery,
    body: Nothing,
    reply: BaselineRows,
    run: ({ tx, sites, query }) => listBaseline(tx, sites, query),
  }),
  route({
    on: 'GET /baseline/rules',
    may: 'baseline.read',
    about: 'Rules that remember, and by which fields',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Memories,
    run: async () => ({
      items: [...rememberingRules().values()].map((rule) => {
        const { kind, spec } = memoryOf(rule)!
        return { rule: rule.name, title: rule.title, kind, fields: [...spec.names], addable: kind === 'group' }
      }),
    }),
  }),
  route({
    on: 'POST /sites/:site/baseline',
    may: 'baseline.edit',
    audit: 'baseline.added',
    about: 'Approves what has not come yet',
    params: SiteId,
    query: Nothing,
    body: NewRow,
    reply: BaselineRow,
    run: async ({ tx, sites, params: { site }, body, me, services, http }) => {
      if (!sites.includes(site)) return noSuch('site', site)
      const rule = rememberingRules().get(body.rule)
      const at = await eventTime(tx, site, services.now())
      if (body.until !== null && body.until <= at) return past(at)
      const row = rule && expect(rule, body.group, { by: me.name, at, until: body.until })
      if (row === undefined) return refuse('not-valid', 'The rule does not remember groups, or a field of them is missing.')
      if ((await countDecided(tx, site, body.rule)) >= MAX_DECIDED) return full(body.rule)
      if (!(await insertRow(tx, site, row))) return refuse('conflict', 'There is a row for this already: approve it instead.')
      http.note({ site, target: row.id, rule: body.rule, group: row.group, until: body.until })
      http.afterwards(() => services.captures.decided({ kind: 'baseline', site, edit: { kind: 'decide', row } }))
      return (await findRow(tx, site, row.id)) ?? noSuch('row', row.id)
    },
  }),
  route({
    on: 'POST /sites/:site/baseline/:id/approvals',
    may: 'baseline.edit',
    audit: 'baseline.approved',
    about: 'Takes it for normal, until a time or for good',
    params: RowId,
    query: Nothing,
    body: Approval,
    reply: BaselineRow,
    run: async (context) => (await decide(context, approve)) ?? noSuch('row', context.params.id),
  }),
  route({
    on: 'POST /sites/:site/baseline/:id/limits',
    may: 'baseline.edit',
    audit: 'baseline.range-set',
    about: 'Sets the ends of a range by hand',
    params: RowId,
    query: Nothing,
    body: Limits,
    reply: BaselineRow,
    run: async (context) => {
      const { min, max } = context.body
      return (await decide(context, (row, word) => limit(row, word, min, max))) ?? noSuch('row', context.params.id)
    },
  }),
  route({
    on: 'DELETE /sites/:site/baseline/:id',
    may: 'baseline.edit',
    audit: 'baseline.forgotten',
    about: 'Forgets it: the same is new again',
    params: RowId,
    query: Nothing,
    body: Nothing,
    reply: Nothing,
    run: async ({ tx, sites, params: { site, id }, services, http }) => {
      const row = sites.includes(site) ? await lockRow(tx, site, id) : undefined
      if (row === undefined || !(await deleteRow(tx, site, id))) return noSuch('row', id)
      http.note({ site, target: id, rule: row.rule, group: row.group })
      http.afterwards(() => services.captures.decided({ kind: 'baseline', site, edit: { kind: 'forget', id } }))
      return {}
    },
  }),
]
