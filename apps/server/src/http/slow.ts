/** Slow bodies: a line that trickles is cut, so that nobody holds sockets at no cost. */
import type { FastifyInstance } from 'fastify'

/**
 * A small body arrives within `ms`. A streamed one (`isStreamed`, by address) takes as long as its line needs, but not longer
 * than that after the answer was given.
 */
export function cutSlowBodies(server: FastifyInstance, isStreamed: (url: string) => boolean, ms: number): void {
  server.addHook('onRequest', async (request, reply) => {
    const { raw } = request
    const start = () => {
      const timer = setTimeout(() => raw.complete || raw.destroy(), ms).unref()
      // On the request, not on its socket: a socket kept alive carries many, and would gather a listener from each.
      raw.once('close', () => clearTimeout(timer))
    }
    if (request.method === 'POST' && isStreamed(request.routeOptions.url ?? '')) reply.raw.once('finish', start)
    else start()
  })
}
