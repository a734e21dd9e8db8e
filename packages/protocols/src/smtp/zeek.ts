/** Zeek's smtp.log: a row a message; and files.log for its parts. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { logPart } from '../mime/part-log.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'
import { addressesIn, firstAddress, splitAddresses } from './address.ts'
import { lastEvents, type Smtp, type SmtpState } from './smtp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  smtp: {
    columns: [
      ['trans_depth', 'count'],
      ['helo', 'string'],
      ['mailfrom', 'string'],
      ['rcptto', 'set[string]'],
      ['date', 'string'],
      ['from', 'string'],
      ['to', 'set[string]'],
      ['cc', 'set[string]'],
      ['reply_to', 'string'],
      ['msg_id', 'string'],
      ['in_reply_to', 'string'],
      ['subject', 'string'],
      ['x_originating_ip', 'addr'],
      ['first_received', 'string'],
      ['second_received', 'string'],
      ['last_reply', 'string'],
      ['path', 'vector[addr]'],
      ['user_agent', 'string'],
      ['tls', 'bool'],
      ['fuids', 'vector[string]'],
    ],
  },
}

type Row = {
  readonly at: Micros
  readonly depth: number
  helo: string | undefined
  mailFrom: string | undefined
  recipients: Set<string> | undefined
  date: string | undefined
  from: string | undefined
  to: Set<string> | undefined
  cc: Set<string> | undefined
  replyTo: string | undefined
  messageId: string | undefined
  inReplyTo: string | undefined
  subject: string | undefined
  origin: string | undefined
  received: [first: string | undefined, second: string | undefined]
  lastReply: string | undefined
  readonly path: string[]
  agent: string | undefined
  tls: boolean
  readonly files: string[]
  parts: number
  isActive: boolean
}
type Log = { row: Row; helo: string | undefined; messages: number; lastChunk: boolean }

/** As many as Zeek keeps of each. */
const MAX_LIST = 1000
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g

export function zeek(seen: SeenMessage<Smtp, SmtpState>, put: PutRow): void {
  const { message: m, state, at, flow } = seen
  const log = (state.log ??= { row: undefined, helo: undefined, messages: 0, lastChunk: false }) as Log
  log.row ??= newRow(log, seen)
  if (m.kind === 'command') asked(m, log, seen, put)
  for (const event of m.mail) {
    const { part } = event
    if (event.kind === 'begin') log.row.parts++
    else if (event.kind === 'field' && log.row.parts <= 1) field(event.name.toUpperCase(), event.value, log.row)
    else if (event.kind === 'content') {
      part.at ??= at
      part.lastAt = at
    } else if (event.kind === 'end') {
      const id = logPart(part, 'SMTP', 'client', part.number, flow, false, put)
      if (id !== undefined && log.row.files.length < MAX_LIST) log.row.files.push(id)
    }
  }
  if (m.kind !== 'reply' || m.code === 0) return
  log.row.lastReply = `${m.code} ${m.text}`
  if (m.command === 'STARTTLS' && !m.continues && m.code === 220) {
    log.row.tls = true
    log.row.isActive = true
  }
  if (m.command !== '.' && !(m.command === 'BDAT' && !m.continues && log.lastChunk)) return
  log.messages++
  log.lastChunk = false
  flush(log, seen, put)
  log.row = newRow(log, seen)
}

export function zeekEnded(seen: SeenMessage<Smtp | undefined, SmtpState>, put: PutRow): void {
  const { state, flow } = seen
  const log = state.log as Log | undefined
  if (log?.row === undefined) return
  for (const event of lastEvents(state)) {
    if (event.kind !== 'end') continue
    const id = logPart(event.part, 'SMTP', 'client', event.part.number, flow, true, put)
    if (id !== undefined) log.row.files.push(id)
  }
  if (log.row.isActive) write(log.row, put)
}

function newRow(log: Log, seen: SeenMessage<Smtp | undefined, SmtpState>): Row {
  const { flow } = seen
  return {
    at: seen.at,
    depth: log.messages + 1,
    helo: log.helo,
    mailFrom: undefined,
    recipients: undefined,
    date: undefined,
    from: undefined,
    to: undefined,
    cc: undefined,
    replyTo: undefined,
    messageId: undefined,
    inReplyTo: undefined,
    subject: undefined,
    origin: undefined,
    received: [undefined, undefined],
    lastReply: undefined,
    path: [flow.serverIp ?? '', flow.clientIp ?? ''],
    agent: undefined,
    tls: false,
    files: [],
    parts: 0,
    isActive: false,
  }
}

function asked(m: Smtp, log: Log, seen: SeenMessage<Smtp, SmtpState>, put: PutRow): void {
  const { argument } = m
  if (m.command === 'HELO' || m.command === 'EHLO') {
    log.helo = argument
    log.row.helo = argument
  } else if (m.command === 'RCPT' && /^to:/i.test(argument)) {
    log.row.recipients = addAll(
      log.row.recipients,
      addressesIn(argument).map((a) => a.replace(/ORCPT=rfc822;?/g, '')),
    )
    log.row.isActive = true
  } else if (m.command === 'MAIL' && /^from:/i.test(argument)) {
    flush(log, seen, put)
    log.row.mailFrom = firstAddress(argument) || log.row.mailFrom
    log.row.isActive = true
  } else if (m.command === 'BDAT' && argument.endsWith(' LAST')) log.lastChunk = true
}

/** The last message is told, in case its answer was not seen. */
function flush(log: Log, seen: SeenMessage<Smtp, SmtpState>, put: PutRow): void {
  if (!log.row.isActive) return
  write(log.row, put)
  log.row = newRow(log, seen)
}

function addAll(set: Set<string> | undefined, values: readonly string[]): Set<string> {
  const all = set ?? new Set<string>()
  for (const value of values) if (all.size < MAX_LIST) all.add(value)
  return all
}

function field(name: string, value: string, row: Row): void {
  switch (name) {
    case 'MESSAGE-ID':
      row.messageId = value
      break
    case 'RECEIVED': {
      row.received = [value, row.received[0] ?? row.received[1]]
      const found = value.match(IPV4) ?? []
      const ip = found[1] ?? found[0]
      if (ip !== undefined && row.path.at(-1) !== ip && row.path.length < MAX_LIST) row.path.push(ip)
      break
    }
    case 'IN-REPLY-TO':
      row.inReplyTo = value
      break
    case 'SUBJECT':
      row.subject = value
      break
    case 'FROM':
      row.from = value
      break
    case 'REPLY-TO':
      row.replyTo = value
      break
    case 'DATE':
      row.date = value
      break
    case 'TO':
      row.to = addAll(row.to, splitAddresses(value))
      break
    case 'CC':
      row.cc = addAll(row.cc, splitAddresses(value))
      break
    case 'X-ORIGINATING-IP':
      row.origin = value.match(IPV4)?.[0] ?? row.origin
      break
    case 'X-MAILER':
    case 'USER-AGENT':
    case 'X-USER-AGENT':
      row.agent = value
      break
    default:
  }
}

function write(r: Row, put: PutRow): void {
  const list = (set: Set<string> | undefined): string[] | undefined => (set === undefined ? undefined : [...set])
  put(
    'smtp',
    [
      r.depth,
      r.helo,
      r.mailFrom,
      list(r.recipients),
      r.date,
      r.from,
      list(r.to),
      list(r.cc),
      r.replyTo,
      r.messageId,
      r.inReplyTo,
      r.subject,
      r.origin,
      r.received[0],
      r.received[1],
      r.lastReply,
      r.path,
      r.agent,
      r.tls,
      r.files,
    ],
    r.at,
  )
}
