/** Mounts the table of routes: permission, validation both ways, transaction, audit, errors. */
import { open } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { addEntry } from '../audit/audit.store.ts'
import { RefusalTally } from '../audit/refusals.ts'
import type { Tx } from '../database/connect.ts'
import { sendEvents } from '../events/stream.ts'
import type { Services } from '../services.ts'
import { answerBug, answerRefusal } from './answer.ts'
import { clearSession, readSession, writeSession } from './cookie.ts'
import { networkOf } from './network.ts'
import { mayForAll, permit } from './permit.ts'
import { Places } from './places.ts'
import { type Detail, isRefusal, type Refusal, refuse } from './refusal.ts'
import type { Change, Context, HttpSide, Route, SentFile } from './route.ts'
import { badTexts, isText } from './text.ts'

export const PREFIX = '/api/v1'

/** Undoes the transaction and carries the refusal out of it. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.refused)
    this.refusal = refusal
  }
}

/** How often refusals that were only counted get their entry. */
const TELL_MS = 60_000

/** Uploads at one time, of one person and of all. */
const UPLOADS = [4, 16] as const

type Engine = { readonly services: Services; readonly tally: RefusalTally; readonly uploads: Places }

export function mount(server: FastifyInstance, routes: readonly Route[], services: Services): void {
  const engine: Engine = { services, tally: new RefusalTally(), uploads: new Places(...UPLOADS) }
  for (const route of routes) {
    const [method = 'GET', path = ''] = route.on.split(' ')
    server.route({ method, url: PREFIX + path, handler: (request, reply) => handle(route, engine, request, reply) })
  }
  const timer = setInterval(() => void tellFolded(engine).catch((err: unknown) => server.log.error({ err }, 'audit')), TELL_MS).unref()
  server.addHook('onClose', async () => {
    clearInterval(timer)
    await tellFolded(engine).catch((err: unknown) => server.log.error({ err }, 'audit'))
  })
}

async function handle(route: Route, engine: Engine, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { services } = engine
  const side = httpSide(request, reply)
  const who: { id: string | null } = { id: null }
  const refused = async (refusal: Refusal) => {
    if (route.audit !== undefined) await auditRefusal(route.audit, refusal, engine, side, who.id)
    return answerRefusal(request, reply, refusal)
  }
  try {
    const query = route.query.safeParse(request.query)
    const asked = (request.query ?? {}) as { site?: unknown }
    const site = typeof asked.site === 'string' && isText(asked.site) ? asked.site : undefined
    const allowed = await permit(services, route.may, side.http.token, site)
    if (isRefusal(allowed)) {
      who.id = allowed.by ?? null
      return await refused(allowed)
    }
    who.id = allowed.me.id === '' ? null : allowed.me.id
    const params = route.params.safeParse(request.params)
    const body = route.body === 'bytes' ? z.undefined().safeParse(undefined) : route.body.safeParse(request.body ?? {})
    const given = [request.params, request.query, route.body === 'bytes' ? undefined : request.body]
    const details = [...given.flatMap((part) => badTexts('', part)), ...problems(params), ...problems(query), ...problems(body)]
    if (details.length > 0) return await refused(refuse('not-valid', undefined, details))
    if (route.reply === 'events') {
      const again = () => permit(services, route.may, side.http.token, site, false)
      const sent = sendEvents(services, allowed, again, request, reply)
      return isRefusal(sent) ? await refused(sent) : sent
    }
    const context = { ...allowed, params: params.data, query: query.data, body: body.data, services, http: side.http }
    const leave = route.body === 'bytes' ? engine.uploads.take(allowed.me.id) : () => undefined
    if (!leave) return await refused(refuse('too-many', 'Too many uploads are running. Try again when one has ended.'))
    const answer = await runRoute(route, context, services, side).finally(leave)
    if (isRefusal(answer)) return await refused(answer)
    for (const act of side.afterwards) act()
    if (route.reply === 'file') return await sendFile(answer as SentFile, reply)
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(z.encode(route.reply, answer as never)))
  } catch (error) {
    // Whatever was to be remembered of this request is not durable.
    void reply.removeHeader('set-cookie')
    return error instanceof Refused ? refused(error.refusal) : answerBug(request, reply, error)
  }
}

/** Opened first: what went away meanwhile is a failure, not half an answer. */
async function sendFile(sent: SentFile, reply: FastifyReply): Promise<FastifyReply> {
  const { bytes, sha256, type, name } = sent
  const body = 'content' in sent ? Buffer.from(sent.content) : (await open(sent.path, 'r')).createReadStream()
  const digest = Buffer.from(sha256, 'hex').toString('base64')
  void reply.type(type).header('content-length', bytes).header('repr-digest', `sha-256=:${digest}:`)
  return reply.header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`).send(body)
}

type Side = ReturnType<typeof httpSide>
type Ready = Omit<Context<unknown, unknown, unknown>, 'tx' | 'change'>

async function runRoute(route: Route, context: Ready, services: Services, side: Side): Promise<unknown> {
  const { database } = services
  let isTold = route.audit === undefined
  const tell = async (tx: Tx) => {
    if (isTold || route.audit === undefined) return
    isTold = true
    await addEntry(tx, services.guard.auditKey, entryOf(route.audit, 'done', services, side, context.me.id || null))
  }
  const within = mayForAll(route.may, context.me.grants) ? database.everywhere : database.scoped
  const change: Change = (work, { sites = context.sites, mode = 'read write' } = {}) =>
    within(
      sites,
      async (tx) => {
        const answer = await work(tx)
        if (isRefusal(answer)) throw new Refused(answer)
        await tell(tx)
        return answer as Exclude<typeof answer, Refusal>
      },
      mode,
    )
  if (route.transaction === 'none') {
    const answer = await route.run({ ...context, tx: undefined as never, change })
    if (!isRefusal(answer) && !isTold) await change(async () => undefined, { sites: [] })
    return answer
  }
  const mode = route.on.startsWith('GET ') ? 'read only' : 'read write'
  return change(async (tx) => route.run({ ...context, tx, change }), { mode })
}

function entryOf(what: string, said: string, services: Services, { notes, http }: Side, by: string | null) {
  const { site, target, outcome, ...detail } = notes
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    at: services.now(),
    what,
    by,
    address: http.address,
    site: text(site),
    target: text(target),
    outcome: said === 'done' ? (text(outcome) ?? said) : said,
    detail,
  }
}

async function auditRefusal(what: string, refusal: Refusal, { services, tally }: Engine, side: Side, by: string | null): Promise<void> {
  const refused = { what, code: refusal.refused, by, address: networkOf(side.http.address) }
  if (!tally.admits(refused, services.now())) return
  await services.database.scoped([], (tx) => addEntry(tx, services.guard.auditKey, entryOf(what, refusal.refused, services, side, by)))
}

/** One entry for all the refusals of a caller that got none of their own. */
async function tellFolded({ services, tally }: Engine): Promise<void> {
  const folded = tally.take()
  if (folded.length === 0) return
  await services.database.scoped([], async (tx) => {
    for (const { what, code, by, address, more } of folded)
      await addEntry(tx, services.guard.auditKey, {
        at: services.now(),
        what,
        by,
        address,
        site: null,
        target: null,
        outcome: code,
        detail: { more },
      })
  })
}

function problems(parsed: z.ZodSafeParseResult<unknown>): Detail[] {
  if (parsed.success) return []
  return parsed.error.issues.slice(0, 20).map((issue) => ({ field: issue.path.join('.') || 'body', why: issue.message }))
}

function httpSide(request: FastifyRequest, reply: FastifyReply) {
  const notes: Record<string, unknown> = {}
  const afterwards: (() => void)[] = []
  const length = Number(request.headers['content-length'])
  const http: HttpSide = {
    address: request.ip,
    agent: request.headers['user-agent'] ?? '',
    token: readSession(request.headers.cookie),
    stream: request.raw,
    contentLength: Number.isFinite(length) ? length : undefined,
    setSession: (token, seconds) => {
      void reply.header('set-cookie', token === undefined ? clearSession() : writeSession(token, seconds, request.protocol === 'https'))
    },
    note: (detail) => Object.assign(notes, detail),
    afterwards: (act) => afterwards.push(act),
  }
  return { notes, afterwards, http }
}
