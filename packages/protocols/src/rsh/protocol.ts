import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Rsh, type RshState } from './rsh.ts'

export const rsh: Protocol<Rsh, RshState> = { dissector, observe, ended }
