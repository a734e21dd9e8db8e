import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Zigbee } from './zigbee.ts'

export const zigbee: Protocol<Zigbee> = { dissector, observe }
