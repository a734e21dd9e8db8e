import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Telnet, type TelnetState } from './telnet.ts'

export const telnet: Protocol<Telnet, TelnetState> = { dissector, observe, ended }
