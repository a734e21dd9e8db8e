import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Syslog } from './syslog.ts'
import { logs, zeek } from './zeek.ts'

export const syslog: Protocol<Syslog> = { dissector, observe, logs, zeek }
