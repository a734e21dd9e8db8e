import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Socks, type SocksState } from './socks.ts'
import { logs, zeek } from './zeek.ts'

export const socks: Protocol<Socks, SocksState> = { dissector, observe, logs, zeek }
