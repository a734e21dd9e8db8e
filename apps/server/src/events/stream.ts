/** Server-sent events: notices to one console, bounded when it reads slower than things change. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Denial, Permit } from '../http/permit.ts'
import { Places } from '../http/places.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { Services } from '../services.ts'
import type { Notice } from './notices.ts'

/** Notices of one kind and site within this time become one. */
const GATHER_MS = 250
/** Bytes waiting in a console's socket before its notices are folded into one `everything`. */
const MAX_WAITING_BYTES = 256 * 1024
/** Streams at one time, of one person and of all. */
const places = new Places(8, 1000)

/** `again` asks anew who this is: a stream ends, or sees other sites, one heartbeat after a sign-in or grant did. */
export function sendEvents(
  services: Services,
  { me, sites }: Permit,
  again: () => Promise<Permit | Denial>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Refusal {
  // Gone while it was asked who this is: its close is over, and would never be heard.
  if (request.raw.destroyed) return reply.hijack()
  const leave = places.take(me.id)
  if (!leave) return refuse('too-many', 'Too many consoles are open. Close one of them.')
  let visible = new Set(sites)
  const { raw } = reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 2000\n\n')
  const waiting = new Map<string, Notice>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    if (raw.writableLength > MAX_WAITING_BYTES) {
      timer = setTimeout(flush, GATHER_MS * 4)
      return
    }
    for (const notice of waiting.values()) raw.write(`data: ${JSON.stringify(notice)}\n\n`)
    waiting.clear()
  }
  const unlisten = services.notices.listen((notice) => {
    if (!visible.has(notice.site)) return
    const key = `${notice.site} ${notice.kind}`
    const before = waiting.get(key)
    waiting.set(key, before ? merged(before, notice) : notice)
    timer ??= setTimeout(flush, GATHER_MS)
  })
  const heartbeat = setInterval(() => {
    if (raw.writableLength <= MAX_WAITING_BYTES) raw.write(': here\n\n')
    again().then(
      (allowed) => {
        if ('refused' in allowed) raw.end()
        else visible = new Set(allowed.sites)
      },
      // The database is away: nothing new is told meanwhile.
      () => undefined,
    )
  }, services.settings.heartbeatMs)
  const stop = () => {
    unlisten()
    leave()
    clearInterval(heartbeat)
    clearTimeout(timer)
  }
  request.raw.on('close', stop)
  raw.on('error', stop)
  return reply
}

/** Without ids a notice means "any of them"; the gathered ids stay few. */
function merged(a: Notice, b: Notice): Notice {
  const ids = a.ids && b.ids ? [...new Set([...a.ids, ...b.ids])] : []
  return ids.length > 0 && ids.length <= 50 ? { kind: b.kind, site: b.site, ids } : { kind: b.kind, site: b.site }
}
