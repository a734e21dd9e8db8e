import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type WsDiscovery } from './ws-discovery.ts'

export const wsDiscovery: Protocol<WsDiscovery> = { dissector, observe }
