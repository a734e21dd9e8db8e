import type { Protocol } from '../protocol.ts'
import { dissector, type FoxState, type NiagaraFox } from './niagara-fox.ts'
import { observe } from './observe.ts'

export const niagaraFox: Protocol<NiagaraFox, FoxState> = { dissector, observe }
