/** OPC UA in the platform's words. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { answer, unanswered } from './answers.ts'
import type { Of } from './built-in.ts'
import { describe } from './describe.ts'
import { hintCertificate, identify, login, negotiated } from './identity.ts'
import { type Memory, memoryOf, open, type Question } from './memory.ts'
import { notified } from './notifications.ts'
import type { Opcua, OpcuaState } from './opcua.ts'
import { policyName } from './policy.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import { clip, hostName, isBad, statusText } from './text.ts'

type Seen = SeenMessage<Opcua, OpcuaState>

export const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`opcua.${m.anomalies[i]}`)
  const memory = memoryOf(state)
  if (m.greeting !== undefined) {
    greet(m, from, memory, sink)
    return
  }
  if (m.policy !== undefined) {
    hintCertificate(from, m.policy.certificate, sink)
    // The server's half of the handshake settles the channel.
    if (m.isEncrypted ? from === (state.isReversed ? 'client' : 'server') : m.service?.id === SERVICE.openResponse)
      negotiated(m.policy, memory, sink)
  }
  if (m.isPiece) return
  if (m.isEncrypted) encrypted(m, state, sink)
  else if (m.service !== undefined) {
    if (m.service.isRequest) asked(m, from, memory, sink)
    else answered(m, from, memory, sink)
  }
}

export function ended(state: OpcuaState, sink: Sink): void {
  const memory = state.memory as Memory | undefined
  if (memory === undefined) return
  if (memory.hello !== undefined) connected(memory, undefined, '', sink)
  for (const question of memory.open.values()) settle(question, undefined, undefined, memory, sink)
  memory.open.clear()
}

function greet(m: Opcua, from: Side, memory: Memory, sink: Sink): void {
  const { text, error, serverUri } = m.greeting!
  switch (m.kind) {
    case 'HEL':
      memory.hello = clip(readable(text))
      memory.host = hostName(text)
      sink.hint(from, 'role', 'OPC UA client', 0.6)
      sink.hint(other(from), 'name', memory.host, 0.5)
      return
    case 'ACK':
      sink.hint(from, 'role', 'OPC UA server', 0.7)
      connected(memory, true, '', sink)
      return
    case 'RHE':
      sink.hint(from, 'role', 'OPC UA server', 0.7)
      sink.hint(from, 'name', hostName(text), 0.7)
      sink.sayFrom(from, {
        kind: 'operation.done',
        operation: 'reverse hello',
        object: clip(readable(serverUri)),
        access: 'session',
        ok: undefined,
        error: '',
        part: undefined,
      })
      return
    default: {
      const why = statusText(error)
      if (memory.hello !== undefined) connected(memory, false, why, sink)
      else {
        const what = `connection ended: ${why}${text === '' ? '' : ` (${clip(readable(text))})`}`
        sink.sayFrom(other(from), { kind: 'device.diagnosed', what, fault: true })
      }
    }
  }
}

function connected(memory: Memory, ok: boolean | undefined, error: string, sink: Sink): void {
  const object = memory.hello ?? ''
  memory.hello = undefined
  const key = `hello ${object} ${ok} ${error}`
  if (!sink.again(key)) sink.operation(key, { operation: 'hello', object, access: 'session', ok, error, part: undefined })
}

function encrypted(m: Opcua, state: OpcuaState, sink: Sink): void {
  const policy = policyName(state.policy ?? '')
  const name = m.kind === 'OPN' ? 'open secure channel' : m.kind === 'CLO' ? 'close secure channel' : 'encrypted message'
  const key = `${name} ${policy}`
  if (sink.again(key)) return
  const access = m.kind === 'MSG' ? 'unknown' : 'session'
  sink.operation(key, { operation: name, object: policy, access, ok: undefined, error: '', part: undefined })
}

function asked(m: Opcua, side: Side, memory: Memory, sink: Sink): void {
  memory.hasAsked = true
  const service = m.service!
  if (service.id === SERVICE.closeChannelRequest) {
    tell({ service, side, object: '', about: undefined }, undefined, '', sink)
    return
  }
  identify(m, side, sink)
  const { object, about } = service.id === SERVICE.activateSessionRequest ? { object: '', about: login(m, side, sink) } : describe(m)
  const displaced = open(memory, m.requestId, { service, side, object, about })
  if (displaced !== undefined) settle(displaced, undefined, undefined, memory, sink)
}

function answered(m: Opcua, from: Side, memory: Memory, sink: Sink): void {
  const question = memory.open.get(m.requestId)
  const code = m.response!.result
  if (question === undefined || question.side === from) {
    // Where the capture begins within a conversation, the first answer's question is not in it.
    if (memory.hasAsked) sink.anomaly('opcua.unasked-response')
    identify(m, other(from), sink)
    if (m.service!.id === SERVICE.publishResponse && m.body !== undefined) {
      notified(m.body as Of<typeof s.publishResponse>, other(from), memory, sink)
    }
    return
  }
  memory.open.delete(m.requestId)
  identify(m, question.side, sink)
  settle(question, m, !isBad(code), memory, sink)
}

function settle(question: Question, m: Opcua | undefined, ok: boolean | undefined, memory: Memory, sink: Sink): void {
  if (m === undefined) {
    // A server answers a publish request when it has something to say: left open at the end, it says nothing.
    if (question.service.id === SERVICE.publishRequest) return
    unanswered(question, sink)
    tell(question, undefined, '', sink)
    return
  }
  const [done, error] = answer(question, m, ok === true, memory, sink)
  tell(question, done, error, sink)
}

/** By whoever asked: in a reverse connection that is the end that was called. */
function tell({ service, side, object }: Question, ok: boolean | undefined, error: string, sink: Sink): void {
  const key = `${service.id} ${object} ${ok} ${error}`
  if (side === 'client' && sink.again(key)) return
  const done: OperationStatement = { operation: service.operation, object, access: service.access, ok, error, part: undefined }
  if (side === 'client') sink.operation(key, done)
  else sink.sayFrom('server', { kind: 'operation.done', ...done })
}
