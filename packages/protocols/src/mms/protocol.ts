import type { Protocol } from '../protocol.ts'
import { dissector, type Mms } from './mms.ts'
import { ended, observe } from './observe.ts'
import type { MmsState } from './state.ts'

export const mms: Protocol<Mms, MmsState> = { dissector, observe, ended }
