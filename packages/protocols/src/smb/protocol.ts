import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Smb, type SmbState } from './smb.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const smb: Protocol<Smb, SmbState> = { dissector, observe, ended, logs, zeek, zeekEnded }
