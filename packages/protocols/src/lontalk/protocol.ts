import type { Protocol } from '../protocol.ts'
import { dissector, type Lontalk, type LontalkState } from './lontalk.ts'
import { ended, observe } from './observe.ts'

export const lontalk: Protocol<Lontalk, LontalkState> = { dissector, observe, ended }
