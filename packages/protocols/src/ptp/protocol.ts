import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Ptp, type PtpState } from './ptp.ts'

export const ptp: Protocol<Ptp, PtpState> = { dissector, observe }
