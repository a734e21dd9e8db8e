import type { Protocol } from '../protocol.ts'
import { dissector, type Melsec, type MelsecState } from './melsec.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export { melsoft } from './melsoft.ts'
export { melsecOneE } from './one-e.ts'

export const melsec: Protocol<Melsec, MelsecState> = { dissector, observe, ended, logs, zeek, zeekEnded }
