/** The HTTP server: Fastify with our table of routes, the console's files, and nothing else. */
import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import { tellHeads } from '../audit/head.ts'
import { ROUTES } from '../routes.table.ts'
import type { Services } from '../services.ts'
import { answerBug, answerRefusal } from './answer.ts'
import { mount, PREFIX } from './mount.ts'
import { openApiText } from './openapi.ts'
import { refuse } from './refusal.ts'
import { secure } from './security.ts'
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

export function createHttpServer(services: Services, log: Logger, files: Console): FastifyInstance {
  const server = Fastify({
    loggerInstance: log,
    bodyLimit: MAX_JSON_BYTES,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    requestTimeout: 0,
    connectionTimeout: 0,
    routerOptions: { maxParamLength: 300 },
    // Slow headers are an attack; slow bodies are a large capture over a bad line.
    http: { headersTimeout: 15_000 },
  }) as unknown as FastifyInstance
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
  const document = openApiText()
  server.get(`${PREFIX}/openapi.json`, (_request, reply) => reply.type('application/json; charset=utf-8').send(document))
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
