import type { Protocol } from '../protocol.ts'
import { type Arp, dissector } from './arp.ts'
import { observe } from './observe.ts'

export const arp: Protocol<Arp> = { dissector, observe }
