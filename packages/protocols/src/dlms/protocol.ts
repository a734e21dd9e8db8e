import type { Protocol } from '../protocol.ts'
import { type Dlms, type DlmsState, dissector } from './dlms.ts'
import { ended, observe } from './observe.ts'

export const dlms: Protocol<Dlms, DlmsState> = { dissector, observe, ended }
