import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Postgresql, type PostgresqlState } from './postgresql.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const postgresql: Protocol<Postgresql, PostgresqlState> = { dissector, observe, ended, logs, zeek, zeekEnded }
