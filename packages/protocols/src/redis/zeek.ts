/** Zeek's redis.log: a row a command with its answer. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { KEY_AT, UNANSWERED, VALUE_AT } from './redis.table.ts'
import type { Redis, RedisState } from './redis.ts'
import { show } from './resp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  redis: {
    columns: [
      ['cmd.name', 'string'],
      ['cmd.key', 'string'],
      ['cmd.value', 'string'],
      ['success', 'bool'],
      ['reply.value', 'string'],
    ],
  },
}

type Waiting = { readonly at: Micros; readonly cells: readonly Cell[]; readonly isAnswered: boolean }
type Log = { readonly waiting: Waiting[]; answers: number; isSubscribed: boolean; isQuiet: boolean; skips: number }

/** Commands sent ahead of their answers (Zeek's max_pending_commands). */
const MAX_WAITING = 10_000
const MAX_SHOWN = 4096

export function zeek({ message: m, state, at }: SeenMessage<Redis, RedisState>, put: PutRow): void {
  const log = (state.log ??= { waiting: [], answers: 0, isSubscribed: false, isQuiet: false, skips: 0 }) as Log
  if (m.words.length > 0) asked(m.words, log, at)
  else if (m.answer !== undefined) {
    const { type } = m.answer
    if (type === '>' || log.isSubscribed) return
    let next = log.waiting.shift()
    while (next !== undefined && !next.isAnswered) {
      put('redis', [...next.cells, undefined, undefined], next.at)
      next = log.waiting.shift()
    }
    log.answers++
    if (next !== undefined) put('redis', [...next.cells, type !== '-' && type !== '!', show(m.answer).slice(0, MAX_SHOWN)], next.at)
  }
}

export function zeekEnded({ state }: SeenMessage<Redis | undefined, RedisState>, put: PutRow): void {
  const log = state.log as Log | undefined
  if (log === undefined || log.answers === 0) return
  for (const { at, cells } of log.waiting) put('redis', [...cells, undefined, undefined], at)
}

function asked(words: readonly string[], log: Log, at: Micros): void {
  const name = words[0]!.toUpperCase()
  if (name === 'SUBSCRIBE' || name === 'PSUBSCRIBE' || name === 'SSUBSCRIBE') log.isSubscribed = true
  else if (name === 'RESET' || name === 'QUIT') log.isSubscribed = false
  let isAnswered = !UNANSWERED.has(name) && !log.isQuiet && log.skips === 0
  if (log.skips > 0) log.skips--
  if (name === 'CLIENT' && words[1]?.toUpperCase() === 'REPLY') {
    const how = words[2]?.toUpperCase()
    log.isQuiet = how === 'OFF'
    if (how === 'SKIP') log.skips = 1
    isAnswered = how === 'ON'
  }
  if (log.waiting.length >= MAX_WAITING) log.waiting.length = 0
  const cell = (place: number | undefined): string | undefined => (place === undefined ? undefined : words[place]?.slice(0, MAX_SHOWN))
  log.waiting.push({ at, cells: [words[0], cell(KEY_AT.get(name)), cell(VALUE_AT.get(name))], isAnswered })
}
