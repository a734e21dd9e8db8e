import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Powerlink, type PowerlinkState } from './powerlink.ts'

export const powerlink: Protocol<Powerlink, PowerlinkState> = { dissector, observe, ended }
