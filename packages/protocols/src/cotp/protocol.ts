import type { Protocol } from '../protocol.ts'
import { type Cotp, dissector } from './cotp.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const cotp: Protocol<Cotp> = { dissector, observe, logs, zeek }
