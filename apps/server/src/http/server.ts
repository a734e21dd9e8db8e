/** The HTTP server: Fastify with our table of routes, the console's files, and nothing else. */
import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import { tellHeads } from '../audit/head.ts'
import { ROUTES } from '../routes.table.ts'
import type { Services } from '../services.ts'
import { answerBug, answerRefusal } from './answer.ts'
import { mount, PREFIX } from './mount.ts'
import { refuse } from './refusal.ts'
import { secure } from './security.ts'
import { cutSlowBodies } from './slow.ts'
import { type Console, sendConsole } from './static.ts'

/** JSON bodies are small; captures are streamed and have their own limit. */
const MAX_JSON_BYTES = 256 * 1024
const CAPTURE_TYPES = [
  'application/octet-stream',
  'application/vnd.tcpdump.pcap',
  'application/x-pcapng',
  'application/gzip',
  'application/zstd',
]

const STREAMED = new Set(ROUTES.filter((route) => route.body === 'bytes').map((route) => PREFIX + (route.on.split(' ')[1] ?? '')))

export type Limits = {
  /** For a whole JSON body; a capture may take longer. */
  readonly bodyMs: number
  /** Without a byte in either direction; streams of events beat more often. */
  readonly silenceMs: number
  readonly connections: number
}
const LIMITS: Limits = { bodyMs: 30_000, silenceMs: 120_000, connections: 2000 }

export function createHttpServer(services: Services, log: Logger, files: Console, limits: Limits = LIMITS): FastifyInstance {
  const { tls, trustProxy } = services.settings
  // Slow headers are an attack.
  const wire = { headersTimeout: 15_000 }
  const server = Fastify({
    loggerInstance: log,
    bodyLimit: MAX_JSON_BYTES,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // A large capture over a bad line takes its time: other bodies are timed by cutSlowBodies.
    requestTimeout: 0,
    connectionTimeout: limits.silenceMs,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    routerOptions: { maxParamLength: 300 },
    ...(tls ? { https: { ...wire, ...tls } } : { http: wire }),
  }) as unknown as FastifyInstance
  server.server.maxConnections = limits.connections
  cutSlowBodies(server, (url) => STREAMED.has(url), limits.bodyMs)
  secure(server)
  server.addContentTypeParser(CAPTURE_TYPES, (_request, _payload, done) => done(null, undefined))
  server.addHook('onResponse', async (request, reply) => {
    request.log.info(
      { method: request.method, path: request.url.split('?')[0], status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    )
  })
  // Before the routes, as what is added last stops first: their last entries come before the head is told.
  tellHeads(server, services)
  mount(server, ROUTES, services)
  server.setErrorHandler((error: { code?: string; statusCode?: number; message: string }, request, reply) => {
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return answerRefusal(request, reply, refuse('wrong-type'))
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return answerRefusal(request, reply, refuse('too-large'))
    if (error.statusCode === 400)
      return answerRefusal(request, reply, refuse('not-valid', undefined, [{ field: 'body', why: 'this is not JSON' }]))
    return answerBug(request, reply, error)
  })
  server.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/api/')
    return (isPage ? sendConsole(files, request, reply) : undefined) ?? answerRefusal(request, reply, refuse('no-such-route'))
  })
  return server
}
