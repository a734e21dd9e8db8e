import type { Protocol } from '../protocol.ts'
import { type Bacnet, dissector, ethernetDissector } from './bacnet.ts'
import type { Dialogue } from './dialogue.ts'
import { logs } from './logs.table.ts'
import { ended, observe } from './observe.ts'
import { observe as observeSecure, type SecureConnect, dissector as secureDissector } from './secure-connect.ts'
import { zeek } from './zeek.ts'
import { filesEnded } from './zeek-files.ts'

export const bacnet: Protocol<Bacnet, Dialogue> = { dissector, observe, ended, logs, zeek, zeekEnded: filesEnded }
export const bacnetEthernet: Protocol<Bacnet, Dialogue> = { dissector: ethernetDissector, observe, ended }
export const bacnetSc: Protocol<SecureConnect, { isSure: boolean }> = { dissector: secureDissector, observe: observeSecure }
