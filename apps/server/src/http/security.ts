/** What every answer carries against the browser being turned on its user, and the check that a change was meant. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answerRefusal } from './answer.ts'
import { refuse } from './refusal.ts'

/** The console has no inline script and no inline style; nothing else may load, frame or receive a form. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

export function secure(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(HEADERS)
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store')
    if (request.protocol === 'https') void reply.header('strict-transport-security', 'max-age=31536000')
    if (!READS.has(request.method) && !isOwn(request)) return answerRefusal(request, reply, refuse('foreign-origin'))
  })
}

/**
 * Another site's page can send a form or a simple request with our cookie in old browsers, but it cannot set this header
 * without a preflight, which we never grant; and the browser tells where the page came from.
 */
function isOwn(request: FastifyRequest): boolean {
  const { origin, 'x-isthmus': mark, 'sec-fetch-site': from } = request.headers
  if (mark !== '1') return false
  if (from !== undefined && from !== 'same-origin' && from !== 'none') return false
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === request.host
}
