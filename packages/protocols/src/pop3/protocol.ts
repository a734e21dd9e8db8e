import type { SeenMessage } from '@isthmus/wire'
import type { MailEvent } from '../mime/mail.ts'
import { logPart } from '../mime/part-log.ts'
import type { Protocol, PutRow } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'
import { sure, unsure } from '../zeek-service.ts'
import { ended, observe } from './observe.ts'
import { dissector, lastEvents, type Pop3, type Pop3State } from './pop3.ts'

export const pop3: Protocol<Pop3, Pop3State> = { dissector, observe, ended, logs: FILE_LOGS, zeek, zeekEnded }

/** Accepted, these tell Zeek who speaks. */
const SURE: readonly string[] = ['CAPA', 'USER', 'PASS', 'STLS']

/** Zeek has no log of the protocol itself, only of what messages hold. */
function zeek(seen: SeenMessage<Pop3, Pop3State>, put: PutRow): void {
  const { message: m, flow } = seen
  for (const event of m.mail) log(event, seen, false, put)
  if (m.kind === 'reply' && m.ok && SURE.includes(m.command)) sure(flow, 'pop3')
  else unsure(flow, 'pop3')
}

function zeekEnded(seen: SeenMessage<Pop3 | undefined, Pop3State>, put: PutRow): void {
  for (const event of lastEvents(seen.state)) log(event, seen, true, put)
}

function log(event: MailEvent, seen: SeenMessage<Pop3 | undefined, Pop3State>, isCut: boolean, put: PutRow): void {
  const { part } = event
  if (event.kind === 'content') {
    part.at ??= seen.at
    part.lastAt = seen.at
  } else if (event.kind === 'end') {
    // Names and depths are kept for SMTP only.
    part.name = undefined
    logPart(part, 'POP3', 'server', 0, seen.flow, isCut, put)
  }
}
