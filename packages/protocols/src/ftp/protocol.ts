import { dataChannel } from '../data-channel.ts'
import type { Protocol } from '../protocol.ts'
import { dissector, type Ftp, type FtpState } from './ftp.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const ftp: Protocol<Ftp, FtpState> = { dissector, observe, ended, logs, zeek, zeekEnded }

export const ftpData = dataChannel({ name: 'ftp-data', source: 'FTP_DATA', sides: ['client', 'server'], showsName: false })
