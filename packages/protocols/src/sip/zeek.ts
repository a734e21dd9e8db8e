/** Zeek's sip.log: a row a response, provisional ones included, with what the requests before it said. */
import type { Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import type { LogSpec, PutRow } from '../protocol.ts'
import { sure, unsure } from '../zeek-service.ts'
import type { Sip, SipState } from './sip.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  sip: {
    columns: [
      ['trans_depth', 'count'],
      ['method', 'string'],
      ['uri', 'string'],
      ['date', 'string'],
      ['request_from', 'string'],
      ['request_to', 'string'],
      ['response_from', 'string'],
      ['response_to', 'string'],
      ['reply_to', 'string'],
      ['call_id', 'string'],
      ['seq', 'string'],
      ['subject', 'string'],
      ['request_path', 'vector[string]'],
      ['response_path', 'vector[string]'],
      ['user_agent', 'string'],
      ['status_code', 'count'],
      ['status_msg', 'string'],
      ['warning', 'string'],
      ['request_body_len', 'count'],
      ['response_body_len', 'count'],
      ['content_type', 'string'],
    ],
  },
}

/** What gathers under one transaction; a request that is repeated adds to it. */
class Row {
  readonly at: Micros
  method: string | undefined = undefined
  uri: string | undefined = undefined
  readonly text: Record<string, string | undefined> = {}
  readonly requestPath: string[] = []
  readonly responsePath: string[] = []
  status: number | undefined = undefined
  reason: string | undefined = undefined
  requestBody: number | undefined = undefined
  responseBody: number | undefined = undefined

  constructor(at: Micros) {
    this.at = at
  }
}

type Log = { row: Row | undefined; isBroken: boolean }
/** Zeek's own limit on a path's growth. */
const MAX_PATH = 100

export function zeek({ message: m, state, at, flow }: SeenMessage<Sip, SipState>, put: PutRow): void {
  const log = (state.log ??= { row: undefined, isBroken: false }) as Log
  // Zeek is sure of SIP once it is answered, and looks for it over UDP only.
  if (m.kind !== 'response' || flow.transport !== 'udp') unsure(flow, 'sip')
  else sure(flow, 'sip')
  // Zeek reads a conversation up to its first violation.
  if (m.anomalies.includes('bad-start-line')) log.isBroken = true
  if (m.kind === 'keep-alive' || log.isBroken) return
  const row = (log.row ??= new Row(at))
  log.isBroken = m.soundFields < m.fields.length
  if (m.kind === 'request') {
    asked(m, row)
    return
  }
  answered(m, row)
  if (!m.isWhole || log.isBroken) return
  write(row, put)
  if (m.status < 100 || m.status >= 200 || row.method === undefined) log.row = undefined
}

export function zeekEnded({ state }: SeenMessage<Sip | undefined, SipState>, put: PutRow): void {
  const row = (state.log as Log | undefined)?.row
  if (row !== undefined) write(row, put)
}

function asked(m: Sip, row: Row): void {
  row.method = m.method
  row.uri = m.uri
  for (const [name, value] of m.fields.slice(0, m.soundFields)) {
    if (name === 'content-length' || name === 'l') row.requestBody = count(value)
    else if (name === 'via' || name === 'v') walk(row.requestPath, value)
    else if (name === 'from' || name === 'f') row.text.from = untagged(value)
    else if (name === 'to' || name === 't') row.text.to = value
    else if (name === 'subject' || name === 's') row.text.subject = value
    else if (/^(?:call-id|cseq|date|reply-to|user-agent)$/.test(name)) row.text[name] = value
  }
}

function answered(m: Sip, row: Row): void {
  row.status = m.status
  row.reason = m.reason
  for (const [name, value] of m.fields.slice(0, m.soundFields)) {
    if (name === 'content-length' || name === 'l') row.responseBody = count(value)
    else if (name === 'via' || name === 'v') walk(row.responsePath, value)
    else if (name === 'from' || name === 'f') row.text.answerFrom = untagged(value)
    else if (name === 'to' || name === 't') row.text.answerTo = value
    else if (name === 'content-type' || name === 'c') row.text.type = value
    else if (name === 'warning') row.text.warning = value
  }
}

function walk(path: string[], via: string): void {
  if (path.length < MAX_PATH) path.push(via.split(/; ?branch/, 1)[0]!)
}

function untagged(address: string): string {
  return address.split(/; ?tag=/, 1)[0]!
}

function count(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : 0
}

function write(row: Row, put: PutRow): void {
  const { text } = row
  put(
    'sip',
    [
      0,
      row.method,
      row.uri,
      text.date,
      text.from,
      text.to,
      text.answerFrom,
      text.answerTo,
      text['reply-to'],
      text['call-id'],
      text.cseq,
      text.subject,
      [...row.requestPath],
      [...row.responsePath],
      text['user-agent'],
      row.status,
      row.reason,
      text.warning,
      row.requestBody,
      row.responseBody,
      text.type,
    ],
    row.at,
  )
}
