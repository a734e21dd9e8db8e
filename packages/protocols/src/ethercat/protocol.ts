import type { Protocol } from '../protocol.ts'
import { dissector, type EtherCat, type EtherCatState } from './ethercat.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const ethercat: Protocol<EtherCat, EtherCatState> = { dissector, observe, logs, zeek }
