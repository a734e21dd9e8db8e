import type { Protocol } from '../protocol.ts'
import { dissector, type Imap, type ImapState } from './imap.ts'
import { ended, observe } from './observe.ts'

export const imap: Protocol<Imap, ImapState> = { dissector, service: 'imap', observe, ended }
