/** How a refusal or a failure becomes an answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorCode, isDiskFull, isLost, isTooSlow } from '../database/connect.ts'
import { BadCursor } from '../database/list.ts'
import { Busy } from '../sign-ins/secrets.ts'
import { ERRORS } from './errors.table.ts'
import { type Refusal, refuse } from './refusal.ts'

export function answerRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const [status, sentence, level] = ERRORS[refusal.refused]
  request.log[level]({ refused: refusal.refused, why: refusal.why, details: refusal.details }, 'refused')
  if (refusal.retryAfterS !== undefined) void reply.header('retry-after', String(refusal.retryAfterS))
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(
      JSON.stringify({
        code: refusal.refused,
        message: refusal.why ?? sentence,
        details: refusal.details ?? [],
      }),
    )
}

/** Values PostgreSQL refuses to read: no text (22021), no number (22P02), a number out of range (22003). */
const NOT_A_VALUE = new Set(['22021', '22P02', '22003'])

/** A bug or a broken outside world: logged with its cause, told without it. */
export function answerBug(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (isLost(error)) return answerRefusal(request, reply, refuse('database-lost'))
  if (isDiskFull(error)) return answerRefusal(request, reply, refuse('disk-full'))
  if (error instanceof Busy)
    return answerRefusal(request, reply, { ...refuse('too-many', 'Many passwords are being checked. Try again in 2 s.'), retryAfterS: 2 })
  if (error instanceof BadCursor)
    return answerRefusal(request, reply, refuse('not-valid', undefined, [{ field: 'cursor', why: 'this list did not give this cursor' }]))
  if (isTooSlow(error))
    return answerRefusal(
      request,
      reply,
      refuse('not-valid', 'This took too long to look up. Narrow the query: a site, a shorter time, more of the text.'),
    )
  if (NOT_A_VALUE.has(errorCode(error)))
    return answerRefusal(
      request,
      reply,
      refuse('not-valid', undefined, [{ field: 'request', why: 'holds a value that cannot be looked for' }]),
    )
  request.log.error({ err: error }, 'request failed')
  return answerRefusal(request, reply, refuse('bug', undefined, [{ field: 'request', why: request.id }]))
}
