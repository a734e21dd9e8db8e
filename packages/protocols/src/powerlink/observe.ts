/** POWERLINK in the platform's words: the cycle and its nodes, their states, errors and identity, their process data and objects. */
import type { SeenMessage } from '@isthmus/wire'
import { shownBytes } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { introduce } from './identity.ts'
import { objects, unanswered } from './objects.ts'
import { COMMAND, COMMANDS, MESSAGE, MESSAGES, NODE, OPERATIONAL, SERVICE, SERVICES, SEVERAL, STATES } from './powerlink.table.ts'
import type { Powerlink, PowerlinkState } from './powerlink.ts'

type Seen = SeenMessage<Powerlink, PowerlinkState>
type Statement = Parameters<Sink['say']>[0]

/** As often as process data may be told, µs. */
const TELL_US = 1_000_000
const MAX_SHOWN = 64

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from } = seen
  if (m.isTruncated) sink.anomaly('powerlink.truncated')
  // Who states of itself answers.
  const say = (statement: Statement): void => sink.sayFrom(from === 'client' ? 'server' : 'client', statement)
  if (m.sdo !== undefined) objects(seen, m.sdo, sink)
  else if (from === 'client' && !sink.again(keyOf(m))) described(m, sink)
  if (m.type === MESSAGE.pollRequest || m.type === MESSAGE.pollResponse) process(seen, sink)
  if (m.state >= 0) state(m, seen.state, say)
  if (m.identity !== undefined && !m.isTruncated) introduce(m.source, m.identity, from, sink)
  if (m.status !== undefined && !m.isTruncated) errors(m, seen.state, say)
  if (m.service === SERVICE.command && m.command >= 0) commanded(m, sink)
}

export function ended({ waiting }: PowerlinkState, sink: Sink): void {
  for (const sdo of waiting.values()) unanswered(sdo, sink)
}

function keyOf(m: Powerlink): number {
  const detail =
    m.type === MESSAGE.asynchronous
      ? m.service * 256 + Math.max(m.command, 0)
      : m.type === MESSAGE.startOfAsynchronous
        ? m.service * 256 + m.target
        : m.source
  return (m.type * 0x1_0000 + detail) * 256 + m.destination
}

/** How a message of a kind is told the first time. */
function described(m: Powerlink, sink: Sink): void {
  let operation = MESSAGES[m.type] ?? 'unknown'
  let object = `node ${m.source}`
  let access: 'session' | 'read' | 'write' | 'identify' | 'control' | 'configure' = 'session'
  if (m.type === MESSAGE.pollRequest) {
    object = `node ${m.destination}`
    access = 'write'
  } else if (m.type === MESSAGE.pollResponse) access = 'read'
  else if (m.type === MESSAGE.startOfAsynchronous) {
    if (m.service !== 0) operation = `ask for ${SERVICES[m.service] ?? `service ${m.service}`}`
    object = `node ${m.target}`
    access = m.service === SERVICE.ident ? 'identify' : 'session'
  } else if (m.type === MESSAGE.asynchronous) {
    const name = SERVICES[m.service] ?? `service ${m.service}`
    operation = m.command < 0 ? name : (COMMANDS[m.command] ?? `command 0x${m.command.toString(16)}`)
    if (m.command >= 0) object = `node ${m.target}`
    if (m.service === SERVICE.request) operation = `request to ${operation}`
    access = m.service === SERVICE.ident ? 'identify' : m.service === SERVICE.command ? 'control' : 'session'
    if (m.command === COMMAND.setHostName) access = 'configure'
  }
  sink.operation(keyOf(m), { operation, object, access, ok: undefined, error: '', part: undefined })
  if (m.source === NODE.manager) sink.hint('client', 'role', 'managing node', 1)
  else if (m.type === MESSAGE.pollResponse) sink.hint('client', 'role', 'controlled node', 0.9)
}

/** What the manager sends to a node and what that publishes. */
function process({ message: m, state: { toldAt }, at }: Seen, sink: Sink): void {
  if (m.data === undefined || m.data.length === 0) return
  const isRequest = m.type === MESSAGE.pollRequest
  const node = isRequest ? -m.destination : m.source
  const told = toldAt.get(node)
  if (told !== undefined && at - told < TELL_US && at >= told) return
  toldAt.set(node, at)
  if (isRequest) sink.wrote(`node ${m.destination} outputs`, shownBytes(m.data, MAX_SHOWN), 'bytes', undefined)
  else sink.read(`node ${m.source} inputs`, shownBytes(m.data, MAX_SHOWN), 'bytes', undefined, m.isReady ? 'good' : 'uncertain')
}

function state(m: Powerlink, { states }: PowerlinkState, say: (statement: Statement) => void): void {
  if (states.get(m.source) === m.state) return
  states.set(m.source, m.state)
  const detail = `node ${m.source} ${STATES[m.state] ?? `state 0x${m.state.toString(16)}`}`
  say({ kind: 'mode.changed', mode: m.state === OPERATIONAL ? 'run' : 'stop', by: 'report', detail, ok: undefined })
}

const REGISTER: readonly string[] = ['generic', 'current', 'voltage', 'temperature', 'communication', 'device profile', '', 'manufacturer']

function errors({ source, status }: Powerlink, { errors: before }: PowerlinkState, say: (statement: Statement) => void): void {
  const { errorRegister, errors: codes } = status!
  if ((before.get(source) ?? 0) !== errorRegister) {
    before.set(source, errorRegister)
    const names = REGISTER.filter((name, bit) => name !== '' && (errorRegister & (1 << bit)) !== 0)
    const what = errorRegister === 0 ? 'no error' : `${names.join(', ')} error`
    say({ kind: 'device.diagnosed', what: `node ${source}: ${what}`, fault: errorRegister !== 0 })
  }
  for (const code of codes)
    say({ kind: 'device.diagnosed', what: `node ${source}: error 0x${code.toString(16).padStart(4, '0')}`, fault: true })
}

function commanded(m: Powerlink, sink: Sink): void {
  const command = m.command >= COMMAND.start + SEVERAL && m.command <= COMMAND.resetLast + SEVERAL ? m.command - SEVERAL : m.command
  const whom = m.target === NODE.all ? 'all nodes' : `node ${m.target}`
  const detail = `${whom}: ${COMMANDS[m.command]}`
  if (command === COMMAND.start) sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail, ok: undefined })
  else if (command === COMMAND.stop || command === COMMAND.preOperational)
    sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail, ok: undefined })
  else if (command >= COMMAND.resetFirst && command <= COMMAND.resetLast) sink.say({ kind: 'device.restarted', how: detail, ok: undefined })
  else if (command === COMMAND.setHostName)
    sink.say({ kind: 'configuration.changed', what: `${whom} host name`, value: m.text, ok: undefined })
}
