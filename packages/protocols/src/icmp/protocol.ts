import type { Protocol } from '../protocol.ts'
import { type Icmp, icmpDissector, icmpv6Dissector } from './icmp.ts'
import { observe } from './observe.ts'

export const icmp: Protocol<Icmp> = { dissector: icmpDissector, service: '', observe }
export const icmpv6: Protocol<Icmp> = { dissector: icmpv6Dissector, service: '', observe }
