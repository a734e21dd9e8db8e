/** PJL in the platform's words: what a printer says it is, who prints, who changes its settings or reads its files. */

import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { hideSecrets, maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Pjl, PjlState } from './pjl.ts'

const ACCESS: Readonly<Record<string, Access>> = {
  INFO: 'identify',
  INQUIRE: 'identify',
  DINQUIRE: 'identify',
  ECHO: 'session',
  USTATUS: 'identify',
  USTATUSOFF: 'identify',
  JOB: 'write',
  EOJ: 'session',
  ENTER: 'session',
  SET: 'session',
  DEFAULT: 'configure',
  INITIALIZE: 'configure',
  RESET: 'control',
  RDYMSG: 'configure',
  OPMSG: 'control',
  STMSG: 'control',
  FSDIRLIST: 'read',
  FSQUERY: 'read',
  FSUPLOAD: 'read',
  FSDOWNLOAD: 'write',
  FSAPPEND: 'write',
  FSDELETE: 'write',
  FSMKDIR: 'write',
  FSINIT: 'configure',
  DMINFO: 'configure',
  DMCMD: 'configure',
  LPROGRAMRULES: 'program',
  UPGRADE: 'configure',
}
const MAX_OBJECT = 160

export function observe({ message: m }: SeenMessage<Pjl, PjlState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`pjl.${name}`)
  if (m.kind === 'answer') return answered(m, sink)
  if (m.kind === 'data' || m.name === '' || m.name === 'COMMENT') return
  const argument = readable(m.argument)
  secret(argument, sink)
  const user = /^(?:SET)$/.test(m.name) ? /^USERNAME\s*=\s*"?([^"]{1,64})/i.exec(argument)?.[1] : undefined
  sink.hint('client', 'user', user, 0.6)
  if (m.name === 'DEFAULT') {
    const [what = '', value = ''] = argument.split(/\s*=\s*/, 2)
    sink.say({ kind: 'configuration.changed', what, value: /password/i.test(what) ? '' : value.slice(0, 80), ok: undefined })
  }
  const object = objectOf(m.name, argument)
  const key = `${m.name} ${object}`
  if (!sink.again(key))
    sink.operation(key, { operation: m.name, object, access: ACCESS[m.name] ?? 'unknown', ok: undefined, error: '', part: undefined })
}

/** A file's name or the setting, never a value. */
function objectOf(name: string, argument: string): string {
  const quoted = /NAME\s*=\s*"([^"]{1,160})"/i.exec(argument)?.[1]
  if (quoted !== undefined) return quoted
  return hideSecrets(name === 'SET' || name === 'DEFAULT' ? argument.split('=')[0]!.trim() : argument).slice(0, MAX_OBJECT)
}

function secret(argument: string, sink: Sink): void {
  const sent = /\bPASSWORD\s*=\s*"?([^\s"]{1,64})/i.exec(argument)?.[1]
  if (sent !== undefined && sent !== '0') sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(sent), weakness: 'clear' })
}

function answered(m: Pjl, sink: Sink): void {
  sink.hint('server', 'type', 'printer', 0.9)
  const text = m.lines.map(readable)
  if (m.name === 'INFO' && /^ID/i.test(m.argument)) sink.hint('server', 'model', text[0]?.replace(/^"|"$/g, '').trim(), 1)
  for (const line of text) {
    sink.hint('server', 'serial', /^SERIALNUMBER\s*=\s*"?([\w-]{4,40})/i.exec(line)?.[1], 1)
    sink.hint('server', 'firmware', /^(?:FIRMWARE(?:DATECODE| VERSION)?|VERSION)\s*=\s*"?([^"]{2,60})/i.exec(line)?.[1]?.trim(), 0.8)
    sink.hint(
      'server',
      'state',
      m.name === 'INFO' && /^STATUS/i.test(m.argument) ? /^DISPLAY\s*=\s*"([^"]{1,80})"/i.exec(line)?.[1] : undefined,
      0.5,
    )
  }
}
