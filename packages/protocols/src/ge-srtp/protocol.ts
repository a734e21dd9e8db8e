import type { Protocol } from '../protocol.ts'
import { dissector, type GeSrtp, type GeSrtpState } from './ge-srtp.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const geSrtp: Protocol<GeSrtp, GeSrtpState> = { dissector, observe, ended, logs, zeek, service: 'ge_srtp' }
