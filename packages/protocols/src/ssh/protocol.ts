import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Ssh, type SshState } from './ssh.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const ssh: Protocol<Ssh, SshState> = { dissector, observe, logs, zeek, zeekEnded }
