/** Mounts the table of routes: permission, validation both ways, transaction, audit, errors. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { addEntry } from '../audit/audit.store.ts'
import type { Tx } from '../database/connect.ts'
import { sendEvents } from '../events/stream.ts'
import type { Services } from '../services.ts'
import { answerBug, answerRefusal } from './answer.ts'
import { clearSession, readSession, writeSession } from './cookie.ts'
import { permit } from './permit.ts'
import { type Detail, isRefusal, type Refusal, refuse } from './refusal.ts'
import type { Context, HttpSide, Route } from './route.ts'
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

export function mount(server: FastifyInstance, routes: readonly Route[], services: Services): void {
  for (const route of routes) {
    const [method = 'GET', path = ''] = route.on.split(' ')
    server.route({ method, url: PREFIX + path, handler: (request, reply) => handle(route, services, request, reply) })
  }
}

async function handle(route: Route, services: Services, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const side = httpSide(request, reply)
  const who: { id: string | null } = { id: null }
  const refused = async (refusal: Refusal) => {
    if (route.audit !== undefined && refusal.refused !== 'database-lost') await auditRefusal(route.audit, refusal, services, side, who.id)
    return answerRefusal(request, reply, refusal)
  }
  try {
    const query = route.query.safeParse(request.query)
    const asked = (request.query ?? {}) as { site?: unknown }
    const allowed = await permit(
      services,
      route.may,
      side.http.token,
      typeof asked.site === 'string' && isText(asked.site) ? asked.site : undefined,
    )
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
    if (route.reply === 'events') return sendEvents(services, allowed, request, reply)
    const context = { ...allowed, params: params.data, query: query.data, body: body.data, services, http: side.http }
    const answer = await runRoute(route, context, services, side)
    if (isRefusal(answer)) return await refused(answer)
    for (const act of side.afterwards) act()
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(z.encode(route.reply, answer as never)))
  } catch (error) {
    return error instanceof Refused ? refused(error.refusal) : answerBug(request, reply, error)
  }
}

type Side = ReturnType<typeof httpSide>
type Ready = Omit<Context<unknown, unknown, unknown>, 'tx'>

async function runRoute(route: Route, context: Ready, services: Services, side: Side): Promise<unknown> {
  const { database } = services
  const audit = (tx: Tx) =>
    route.audit === undefined ? undefined : addEntry(tx, entryOf(route.audit, 'done', services, side, context.me.id || null))
  if (route.transaction === 'none') {
    const answer = await route.run({ ...context, tx: undefined as never })
    if (!isRefusal(answer) && route.audit !== undefined) await database.scoped([], async (tx) => audit(tx))
    return answer
  }
  const isRead = route.on.startsWith('GET ')
  return database.scoped(
    context.sites,
    async (tx) => {
      const answer = await route.run({ ...context, tx })
      if (isRefusal(answer)) throw new Refused(answer)
      await audit(tx)
      return answer
    },
    isRead ? 'read only' : 'read write',
  )
}

function entryOf(what: string, outcome: string, services: Services, { notes, http }: Side, by: string | null) {
  const { site, target, ...detail } = notes
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return { at: services.now(), what, by, address: http.address, site: text(site), target: text(target), outcome, detail }
}

async function auditRefusal(what: string, refusal: Refusal, services: Services, side: Side, by: string | null): Promise<void> {
  await services.database.scoped([], (tx) => addEntry(tx, entryOf(what, refusal.refused, services, side, by)))
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
