/** How a refusal or a failure becomes an answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDiskFull, isLost } from '../database/connect.ts'
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

/** A bug or a broken outside world: logged with its cause, told without it. */
export function answerBug(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (isLost(error)) return answerRefusal(request, reply, refuse('database-lost'))
  if (isDiskFull(error)) return answerRefusal(request, reply, refuse('disk-full'))
  request.log.error({ err: error }, 'request failed')
  return answerRefusal(request, reply, refuse('bug', undefined, [{ field: 'request', why: request.id }]))
}
