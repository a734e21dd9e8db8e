import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Smtp, type SmtpState } from './smtp.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const smtp: Protocol<Smtp, SmtpState> = { dissector, observe, ended, logs, zeek, zeekEnded }
