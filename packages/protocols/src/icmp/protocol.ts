import type { Protocol } from '../protocol.ts'
import type { EchoState } from './echo.ts'
import { type Icmp, icmpDissector, icmpv6Dissector } from './icmp.ts'
import { observe } from './observe.ts'

export const icmp: Protocol<Icmp, EchoState> = { dissector: icmpDissector, service: '', observe }
export const icmpv6: Protocol<Icmp, EchoState> = { dissector: icmpv6Dissector, service: '', observe }
