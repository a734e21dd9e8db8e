/** TNS in the platform's words: who asks for which database from which program, logins, statements, what both ends are. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { readQuery } from '../sql.ts'
import { REFUSALS } from './tns.table.ts'
import { type Tns, type TnsState, valueIn } from './tns.ts'

type Memory = { service: string; user: string; isTrying: boolean; statement: string | undefined; asked: string | undefined }

export function observe({ message: m, from, state }: SeenMessage<Tns, TnsState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`tns.${name}`)
  const memory = (state.seen ??= { service: '', user: '', isTrying: false, statement: undefined, asked: undefined }) as Memory
  if (m.descriptor !== '' && from === 'client') connects(readable(m.descriptor), memory, sink)
  else if (m.type === 2 || m.type === 4 || m.type === 5) answers(m, memory, sink)
  else if (m.type === 6) data(m, from, memory, sink)
}

export function ended(state: TnsState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory?.isTrying === true) tries(memory, undefined, sink)
  if (memory?.statement !== undefined) tell(memory, undefined, '', sink)
}

function connects(text: string, memory: Memory, sink: Sink): void {
  memory.service = valueIn(text, 'SERVICE_NAME') || valueIn(text, 'SID')
  const command = valueIn(text, 'COMMAND')
  memory.asked = command === '' ? `connect ${memory.service}` : `listener ${command.toLowerCase()}`
  const cid = text.slice(Math.max(0, text.toUpperCase().indexOf('(CID=')))
  sink.hint('client', 'software', valueIn(cid, 'PROGRAM'), 0.8)
  // The host behind the client's own address, not the one it connects to.
  if (/\(CID=/i.test(text)) sink.hint('client', 'name', valueIn(cid, 'HOST'), 0.8)
  sink.hint('client', 'user', valueIn(cid, 'USER'), 0.7)
}

function answers(m: Tns, memory: Memory, sink: Sink): void {
  const text = readable(m.descriptor)
  const number = Number(valueIn(text, 'ERR')) || 0
  const ok = m.type !== 4 || (number === 0 && text !== '' && /VSNNUM/i.test(text) && memory.asked?.startsWith('listener') === true)
  sink.hint('server', 'role', 'oracle listener', 0.9)
  const version = Number(valueIn(text, 'VSNNUM')) || 0
  if (version > 0) sink.hint('server', 'software', `Oracle TNS listener ${versionOf(version)}`, 1)
  const { asked } = memory
  memory.asked = undefined
  if (asked === undefined || sink.again(`${asked} ${ok} ${number}`)) return
  const [operation = '', ...object] = asked.split(' ')
  const isCommand = operation === 'listener'
  const access = !isCommand ? 'session' : /status|version|ping|services/.test(asked) ? 'identify' : 'control'
  const error = ok ? '' : `${number} ${REFUSALS[number] ?? ''}`.trim()
  sink.operation(`${asked} ${ok} ${number}`, {
    operation: isCommand ? asked : operation,
    object: isCommand ? '' : object.join(' '),
    access,
    ok,
    error,
    part: undefined,
  })
}

/** 0x0b200200 is 11.2.0.2.0. */
function versionOf(n: number): string {
  return `${n >>> 24}.${(n >>> 20) & 15}.${(n >>> 12) & 255}.${(n >>> 8) & 15}.${n & 255}`
}

function data(m: Tns, from: Side, memory: Memory, sink: Sink): void {
  if (m.content === 1) sink.hint(from, 'os', readable(m.text), 0.5)
  else if (from === 'client' && m.parameters.length > 0) {
    memory.user = readable(m.user)
    memory.isTrying = true
    const said = (name: string): string => readable(m.parameters.find(([key]) => key === name)?.[1] ?? '').trim()
    sink.hint('client', 'name', said('AUTH_MACHINE'), 0.8)
    sink.hint('client', 'software', said('AUTH_PROGRAM_NM'), 0.8)
    sink.hint('client', 'user', said('AUTH_SID'), 0.6)
  } else if (from === 'client' && m.text !== '') {
    if (memory.statement !== undefined) tell(memory, undefined, '', sink)
    memory.statement = readable(m.text)
  } else if (from === 'server') answered(m, memory, sink)
}

function answered(m: Tns, memory: Memory, sink: Sink): void {
  for (const [name, value] of m.parameters) {
    if (name === 'AUTH_VERSION_STRING') sink.hint('server', 'software', `Oracle Database ${readable(value).replace(/^[-\s]+/, '')}`, 0.9)
    else if (name === 'AUTH_SC_SERVER_HOST') sink.hint('server', 'name', readable(value), 0.9)
  }
  if (memory.isTrying && (m.error !== 0 || m.parameters.some(([name]) => name === 'AUTH_VERSION_STRING')))
    tries(memory, m.error === 0, sink)
  else if (memory.statement !== undefined) tell(memory, m.error === 0 || m.error === 1403, m.error === 0 ? '' : readable(m.text), sink)
}

function tries(memory: Memory, ok: boolean | undefined, sink: Sink): void {
  memory.isTrying = false
  sink.say({ kind: 'login.tried', user: memory.user, domain: memory.service, method: 'oracle', ok })
}

function tell(memory: Memory, ok: boolean | undefined, error: string, sink: Sink): void {
  const { verb, access, shown } = readQuery(memory.statement!)
  memory.statement = undefined
  const key = `${verb} ${shown} ${ok}`
  if (!sink.again(key))
    sink.operation(key, { operation: verb, object: shown, access, ok, error: ok === true ? '' : error, part: undefined })
}
