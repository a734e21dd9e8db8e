import type { Protocol } from '../protocol.ts'
import { dissector, type Ntp } from './ntp.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const ntp: Protocol<Ntp> = { dissector, observe, logs, zeek }
