/** Zeek's ftp.log: a row for each command that moves, removes or announces something, with the reply that fits it best. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { Channel } from '../data-channel.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import type { Address } from './address.ts'
import { GUESTS, LOGGED, PATHS, REPLIES } from './ftp.table.ts'
import type { Ftp, FtpState } from './ftp.ts'
import { findPath, joinPath } from './paths.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ftp: {
    columns: [
      ['user', 'string'],
      ['password', 'string'],
      ['command', 'string'],
      ['arg', 'string'],
      ['mime_type', 'string'],
      ['file_size', 'count'],
      ['reply_code', 'count'],
      ['reply_msg', 'string'],
      ['data_channel.passive', 'bool'],
      ['data_channel.orig_h', 'addr'],
      ['data_channel.resp_h', 'addr'],
      ['data_channel.resp_p', 'port'],
      ['fuid', 'string'],
    ],
  },
}

type Command = { readonly at: Micros; readonly name: string; readonly argument: string; readonly seq: number; isFollowed: boolean }
type Log = {
  readonly pending: Map<number, Command>
  seq: number
  now: Command | undefined
  user: string
  password: string | undefined
  folder: string
  code: number | undefined
  text: string
  size: number | undefined
  address: { passive: boolean; from: string | undefined; to: Address } | undefined
  channel: Channel | undefined
}

/** Zeek's max_pending_commands, and its limits of what a row shows. */
const MAX_PENDING = 20
const MAX_NAME = 128
const MAX_TEXT = 4096
/** A short file's type is known to Zeek only once its connection is over: more than 0.7 s and less than 2.1 s after its last byte, µs. */
const CLOSE_DELAY = 1_000_000
/** Bytes from which a type is known before that. */
const TYPED_AT = 1024

export function zeek({ message: m, from, state, flow, at }: SeenMessage<Ftp, FtpState>, put: PutRow): void {
  if (m.command === '') unsure(flow, 'ftp')
  else sure(flow, 'ftp')
  const log = (state.log ??= {
    pending: new Map([[1, { at, name: '<init>', argument: '', seq: 1, isFollowed: false }]]),
    seq: 1,
    now: undefined,
    user: '<unknown>',
    password: undefined,
    folder: '.',
    code: undefined,
    text: '',
    size: undefined,
    address: undefined,
    channel: undefined,
  }) as Log
  if (from === 'server') {
    if (m.code > 0 || m.continues) replied(m, log, flow, at, put)
  } else if (m.command !== '') {
    if (log.now !== undefined && log.code !== undefined && log.pending.delete(log.now.seq)) write(log, log.now, flow.serverIp, at, put)
    if (log.pending.size < MAX_PENDING)
      log.pending.set(++log.seq, { at, name: m.command, argument: m.argument, seq: log.seq, isFollowed: false })
    if (m.command === 'USER') log.user = m.argument.slice(0, MAX_NAME)
    else if (m.command === 'PASS') log.password = m.argument.slice(0, MAX_NAME)
    else if (m.address !== undefined) log.address = { passive: false, from: flow.serverIp, to: m.address }
  }
  if (m.address !== undefined) log.channel = state.channel
}

export function zeekEnded({ state, flow, at }: SeenMessage<Ftp | undefined, FtpState>, put: PutRow): void {
  const log = state.log as Log | undefined
  if (log === undefined) return
  for (const command of log.pending.values()) write(log, command, flow.serverIp, at, put)
  log.pending.clear()
}

function replied(m: Ftp, log: Log, flow: SeenMessage<Ftp, FtpState>['flow'], at: Micros, put: PutRow): void {
  if (m.continues && m.code === 0 && log.code !== undefined && !/^[1-9][0-9]{2} [ -~]{10}/.test(m.text)) return
  log.now = bestOf(log.pending, m.code, m.text)
  log.code = m.code
  log.text = m.text
  if (m.continues) return
  const { now } = log
  const name = now?.name ?? ''
  if ((m.code === 150 && name === 'RETR') || (m.code === 213 && name === 'SIZE'))
    log.size = Number(/(?<!\d)(\d+)\D*$/.exec(m.text)?.[1] ?? 0)
  else if (m.address !== undefined && (name === 'PASV' || name === 'EPSV'))
    log.address = { passive: true, from: flow.clientIp, to: m.address }
  if (now !== undefined && !now.isFollowed) follow(now, m, log)
  if (log.pending.size > 1 && now !== undefined) {
    log.pending.delete(now.seq)
    write(log, now, flow.serverIp, at, put)
  }
}

/** Where the session is in the server's tree. */
function follow(now: Command, m: Ftp, log: Log): void {
  const isMove = (now.name === 'CWD' && m.code === 250) || (now.name === 'CDUP' && (m.code === 200 || m.code === 250))
  const isTold = (now.name === 'PWD' || now.name === 'XPWD') && m.code === 257
  if (!isMove && !isTold) return
  now.isFollowed = true
  log.folder = isTold ? findPath(m.text) : joinPath(log.folder, now.name === 'CWD' ? now.argument : '/..')
}

/** The command a reply belongs to: by the codes it may get, then by words they share, then the oldest. */
function bestOf(pending: ReadonlyMap<number, Command>, code: number, text: string): Command | undefined {
  let best: Command | undefined
  let most = -1
  for (const command of pending.values()) {
    const fits = code === 500 || (Object.hasOwn(REPLIES, command.name) && REPLIES[command.name]!.includes(code))
    const score = (fits ? 100 : 0) + (text.includes(command.name) ? 20 : 0) + (text.includes(command.argument) ? 10 : 0)
    if (score > most) [best, most] = [command, score]
  }
  return best
}

function write(log: Log, command: Command, serverIp: string | undefined, at: Micros, put: PutRow): void {
  const { channel, address } = log
  const isOpen = GUESTS.has(log.user.toLowerCase())
  if (LOGGED.has(command.name)) {
    let argument: string | undefined = command.argument
    if (PATHS.has(command.name)) {
      const path = joinPath(log.folder, argument)
      argument = `ftp://${serverIp?.includes(':') ? `[${serverIp}]` : serverIp}${path.startsWith('/') ? '' : '/'}${path}`
    }
    const isTyped = channel !== undefined && (channel.bytes >= TYPED_AT || at - channel.lastAt >= CLOSE_DELAY)
    put(
      'ftp',
      [
        log.user,
        log.password === undefined ? undefined : isOpen ? log.password : '<hidden>',
        command.name,
        argument === '' ? undefined : argument.slice(0, MAX_TEXT),
        isTyped ? channel.type : undefined,
        log.size,
        log.code,
        log.code === undefined ? undefined : log.text.slice(0, MAX_TEXT),
        address?.passive,
        address?.from,
        address?.to.ip,
        address?.to.port,
        channel?.fileId,
      ],
      command.at,
    )
  }
  log.size = undefined
  log.address = undefined
  if (channel?.fileId !== undefined) log.channel = undefined
}
