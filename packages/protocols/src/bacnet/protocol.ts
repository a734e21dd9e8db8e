import type { Protocol } from '../protocol.ts'
import { type Bacnet, dissector } from './bacnet.ts'
import type { Dialogue } from './dialogue.ts'
import { logs } from './logs.table.ts'
import { observe } from './observe.ts'
import { zeek } from './zeek.ts'

export const bacnet: Protocol<Bacnet, Dialogue> = { dissector, observe, logs, zeek }
