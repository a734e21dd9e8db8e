import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Sercos, type SercosState } from './sercos3.ts'

export const sercos3: Protocol<Sercos, SercosState> = { dissector, observe }
