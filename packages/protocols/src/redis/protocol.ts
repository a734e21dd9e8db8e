import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Redis, type RedisState } from './redis.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const redis: Protocol<Redis, RedisState> = { dissector, observe, ended, logs, zeek, zeekEnded }
