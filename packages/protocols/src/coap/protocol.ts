import type { Protocol } from '../protocol.ts'
import { type Coap, type CoapState, dissector } from './coap.ts'
import { dissector as overTcp } from './coap-tcp.ts'
import { ended, observe } from './observe.ts'

export const coap: Protocol<Coap, CoapState> = { dissector, observe, ended }
export const coapTcp: Protocol<Coap, CoapState> = { dissector: overTcp, observe, ended }
