import type { Protocol } from '../protocol.ts'
import { type Dhcp, dissector } from './dhcp.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const dhcp: Protocol<Dhcp> = { dissector, observe, logs, zeek }
