import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Pjl, type PjlState } from './pjl.ts'

export const pjl: Protocol<Pjl, PjlState> = { dissector, observe }
