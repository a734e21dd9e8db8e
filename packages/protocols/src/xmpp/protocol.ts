import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Xmpp, type XmppState } from './xmpp.ts'

export const xmpp: Protocol<Xmpp, XmppState> = { dissector, service: 'xmpp', observe }
