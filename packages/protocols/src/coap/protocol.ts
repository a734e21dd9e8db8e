import type { Protocol } from '../protocol.ts'
import { type Coap, type CoapState, dissector } from './coap.ts'
import { ended, observe } from './observe.ts'

export const coap: Protocol<Coap, CoapState> = { dissector, observe, ended }
