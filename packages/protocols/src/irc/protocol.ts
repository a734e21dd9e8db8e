import { dataChannel } from '../data-channel.ts'
import type { Protocol } from '../protocol.ts'
import { dissector, type Irc, type IrcState } from './irc.ts'
import { observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const irc: Protocol<Irc, IrcState> = { dissector, observe, logs, zeek, zeekEnded }

/** Who offers a file listens; the other side acknowledges in numbers. */
export const ircData = dataChannel({ name: 'irc-dcc-data', source: 'IRC_DATA', sides: ['server'], showsName: true })
