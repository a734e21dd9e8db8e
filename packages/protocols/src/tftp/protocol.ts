import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Tftp, type TftpState } from './tftp.ts'

export const tftp: Protocol<Tftp, TftpState> = { dissector, observe, ended }
