import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Tns, type TnsState } from './tns.ts'

export const tns: Protocol<Tns, TnsState> = { dissector, observe, ended }
