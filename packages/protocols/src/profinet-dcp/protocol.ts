import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { type Dcp, type DcpState, dissector } from './profinet-dcp.ts'

export const profinetDcp: Protocol<Dcp, DcpState> = { dissector, observe, ended }
