import type { Protocol } from '../protocol.ts'
import { type Dhcpv6, dissector } from './dhcpv6.ts'
import { observe } from './observe.ts'

export const dhcpv6: Protocol<Dhcpv6> = { dissector, observe }
