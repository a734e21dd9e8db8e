/** FTP in the platform's words: who logs in, what is done to which file, what server and client say they are. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { tellLength } from '../long-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { COMMANDS, GUESTS } from './ftp.table.ts'
import type { Ftp, FtpState } from './ftp.ts'

type Asked = { command: string; argument: string }
type Memory = { readonly waiting: Asked[]; user: string; greeting: string; guesses: number }

const MAX_WAITING = 20
const MAX_OBJECT = 256
/** Commands that only keep the conversation going. */
const QUIET = new Set([
  'NOOP',
  'TYPE',
  'MODE',
  'STRU',
  'PORT',
  'PASV',
  'EPRT',
  'EPSV',
  'REST',
  'OPTS',
  'PBSZ',
  'ALLO',
  'USER',
  'PASS',
  'ACCT',
])

export function observe({ message: m, from, state, length }: SeenMessage<Ftp, FtpState>, sink: Sink): void {
  tellLength(sink, from === 'client' ? `command ${m.command}` : 'reply', length)
  for (const name of m.anomalies) sink.anomaly(`ftp.${name}`)
  const memory = (state.seen ??= { waiting: [], user: '', greeting: '', guesses: 0 }) as Memory
  if (from === 'client') asked(m, memory, sink)
  else if (m.code === 220 || (memory.waiting.length === 0 && m.continues && memory.greeting !== '')) greeted(m, memory, sink)
  else if (m.code >= 200 && !m.continues) answered(m, memory, sink)
  else if (m.code >= 100 && m.code < 200 && memory.waiting[0]?.command === 'PASS') greeted(m, memory, sink)
}

export function ended(state: FtpState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  for (const asked of memory?.waiting ?? []) settle(asked, undefined, memory!, sink)
}

function asked(m: Ftp, memory: Memory, sink: Sink): void {
  if (m.command === '') return
  if (!(m.command in COMMANDS)) sink.anomaly('ftp.unknown-command', m.command.slice(0, 32))
  if (m.command === 'USER') memory.user = readable(m.argument).slice(0, 128)
  if (m.command === 'PASS' && !GUESTS.has(memory.user.toLowerCase()))
    sink.say({ kind: 'credential.exposed', user: memory.user, mask: maskSecret(readable(m.argument)), weakness: 'clear' })
  if (m.command === 'CLNT' || m.command === 'CSID') sink.hint('client', 'software', readable(m.argument), 0.9)
  if (memory.waiting.length < MAX_WAITING) memory.waiting.push({ command: m.command, argument: m.argument })
}

/** A greeting may have several lines; the first that names a product counts. */
function greeted(m: Ftp, memory: Memory, sink: Sink): void {
  sink.hint('server', 'role', 'ftp server', 0.8)
  const text = readable(m.text).trim()
  if (memory.greeting === '' && text !== '') {
    memory.greeting = text
    sink.hint('server', 'software', text, 0.8)
  } else if (/ftp|version|\d\.\d/i.test(text) && memory.guesses++ < 4) sink.hint('server', 'description', text, 0.5)
}

function answered(m: Ftp, memory: Memory, sink: Sink): void {
  const first = memory.waiting[0]
  if (first === undefined) return
  // 331 and 350 ask for the next command; it has its own answer.
  memory.waiting.shift()
  if (m.code === 215 && first.command === 'SYST') sink.hint('server', 'os', readable(m.text), 0.6)
  settle(first, m, memory, sink)
}

function settle({ command, argument }: Asked, m: Ftp | undefined, memory: Memory, sink: Sink): void {
  const ok = m === undefined ? undefined : m.code < 400
  if (command === 'PASS' || (command === 'USER' && (m?.code === 230 || ok === false)))
    sink.say({ kind: 'login.tried', user: memory.user, domain: '', method: 'ftp password', ok: m?.code === 332 ? undefined : ok })
  if (QUIET.has(command) && ok !== false) return
  if (command === 'PASS' || command === 'USER') return
  const object = readable(argument).slice(0, MAX_OBJECT)
  const key = `${command} ${object} ${m?.code}`
  if (sink.again(key)) return
  sink.operation(key, {
    operation: command,
    object,
    access: COMMANDS[command] ?? 'unknown',
    ok,
    error: ok === false ? `${m!.code} ${readable(m!.text).slice(0, 120)}` : '',
    part: undefined,
  })
}
