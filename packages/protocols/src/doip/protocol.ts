import type { Protocol } from '../protocol.ts'
import { type Doip, type DoipState, dissector } from './doip.ts'
import { ended, observe } from './observe.ts'

export const doip: Protocol<Doip, DoipState> = { dissector, observe, ended }
