/** Zeek's irc.log: a row a nick, user, joined channel and file sent. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { isWebPort, LooseHttp } from '../http/loose.ts'
import { logs as httpLogs } from '../http/zeek.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'
import { sure, unsure } from '../zeek-service.ts'
import type { Dcc, Irc, IrcState } from './irc.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  http: httpLogs.http!,
  irc: {
    columns: [
      ['nick', 'string'],
      ['user', 'string'],
      ['command', 'string'],
      ['value', 'string'],
      ['addl', 'string'],
      ['dcc_file_name', 'string'],
      ['dcc_file_size', 'count'],
      ['dcc_mime_type', 'string'],
      ['fuid', 'string'],
    ],
  },
}

type Log = {
  nick: string | undefined
  user: string | undefined
  value: string | undefined
  more: string | undefined
  at: Micros
  readonly offers: Dcc[]
  /** Chat on a web server's port is in http.log too. */
  readonly http: LooseHttp
}

/** Longer lines are ignored (RFC 2812 §2.3). */
const LONGEST = 512
const MAX_OFFERS = 64

export function zeek(seen: SeenMessage<Irc, IrcState>, put: PutRow): void {
  const { message: m, from, state, at, flow, length } = seen
  const log = (state.log ??= {
    nick: undefined,
    user: undefined,
    value: undefined,
    more: undefined,
    at,
    offers: [],
    http: new LooseHttp(),
  }) as Log
  if (isWebPort(flow)) log.http.read(m.bytes, seen, put)
  if (from === 'server') unsure(flow, 'irc')
  else sure(flow, 'irc')
  sent(log, put)
  if (length - 2 > LONGEST) return
  log.at = at
  if (m.dcc !== undefined && log.offers.length < MAX_OFFERS) log.offers.push(m.dcc)
  if (from !== 'client') return
  if (m.command === 'NICK') {
    const nick = m.parameters.replace(/^:/, '')
    log.value = nick
    put('irc', row(log, 'NICK'))
    log.nick = nick
  } else if (m.command === 'USER') {
    const [user = '', host = '', server = '', ...real] = words(m.parameters, ' ')
    log.value = user
    // Zeek puts the blanks of a real name behind all words but the first.
    const name = real.map((word, i) => (i > 0 ? `${word} ` : word)).join('')
    log.more = `${host} ${server} ${name.replace(/^:/, '')}`
    put('irc', row(log, 'USER'))
    log.user = user
  } else if (m.command === 'JOIN') {
    const [channels = '', keys = ''] = words(m.parameters.replace(/^:/, ''), ' ')
    const passwords = words(keys, ',')
    words(channels, ',').forEach((channel, i) => {
      log.value = channel
      log.more = passwords[i] === undefined ? '' : ` with channel key: '${passwords[i]}'`
      put('irc', row(log, 'JOIN'))
    })
  }
}

export function zeekEnded(seen: SeenMessage<Irc | undefined, IrcState>, put: PutRow): void {
  const log = seen.state.log as Log | undefined
  if (log === undefined) return
  sent(log, put)
  log.http.end(seen, put)
}

/** Offers whose file has come: its type is then known. */
function sent(log: Log, put: PutRow): void {
  for (let i = log.offers.length - 1; i >= 0; i--) {
    const { channel, name, size } = log.offers[i]!
    if (channel.bytes === 0) continue
    log.offers.splice(i, 1)
    const cells = row(log, 'DCC')
    put('irc', [...cells.slice(0, 5), name, size, channel.type, channel.fileId], log.at)
  }
}

function row(log: Log, command: string): Cell[] {
  return [log.nick, log.user, command, log.value, log.more, undefined, undefined, undefined, undefined]
}

function words(text: string, separator: string): string[] {
  return text.split(separator).filter((word) => word !== '')
}
