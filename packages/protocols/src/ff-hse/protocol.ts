import type { Protocol } from '../protocol.ts'
import { dissector, type FfHse, type FfHseState } from './ff-hse.ts'
import { observe } from './observe.ts'

export const ffHse: Protocol<FfHse, FfHseState> = { dissector, observe }
