import type { Protocol } from '../protocol.ts'
import { dissector, type Hl7, type Hl7State } from './hl7.ts'
import { ended, observe } from './observe.ts'

export const hl7: Protocol<Hl7, Hl7State> = { dissector, observe, ended }
