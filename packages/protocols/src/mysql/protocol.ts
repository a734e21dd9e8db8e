import type { Protocol } from '../protocol.ts'
import { dissector, type Mysql, type MysqlState } from './mysql.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const mysql: Protocol<Mysql, MysqlState> = { dissector, observe, ended, logs, zeek, zeekEnded }
