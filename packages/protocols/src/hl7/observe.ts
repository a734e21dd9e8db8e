/** HL7 in the platform's words: which application sends which kind of message to which, and whether it was taken. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { Unanswered } from '../unanswered.ts'
import { ACKNOWLEDGMENTS, TYPES } from './hl7.table.ts'
import type { Hl7, Hl7State } from './hl7.ts'

type Question = { readonly message: Hl7; readonly side: Side }

export function observe({ message: m, from, state }: SeenMessage<Hl7, Hl7State>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`hl7.${m.anomalies[i]}`)
  if (!m.isHead) return
  introduce(m, from, sink)
  const open = (state.memory ??= new Unanswered<Question>()) as Unanswered<Question>
  if (m.acknowledgment !== '' || m.answers !== '') {
    const question = open.take(`${other(from)} ${m.answers}`)
    if (question === undefined) return
    const [ok, error] = ACKNOWLEDGMENTS[m.acknowledgment] ?? [undefined, '']
    tell(question, ok, error, sink)
    return
  }
  if (m.header === '' || m.type === 'ACK') return
  const question = { message: m, side: from }
  const displaced = open.put(`${from} ${m.control}`, question)
  if (displaced !== undefined) tell(displaced, undefined, '', sink)
}

export function ended(state: Hl7State, sink: Sink): void {
  for (const question of ((state.memory as Unanswered<Question> | undefined) ?? new Unanswered<Question>()).drain())
    tell(question, undefined, '', sink)
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

function introduce(m: Hl7, from: Side, sink: Sink): void {
  sink.hint(from, 'software', readable(m.sender), 0.7)
  sink.hint(from, 'location', readable(m.senderFacility), 0.5)
  sink.hint(other(from), 'software', readable(m.receiver), 0.5)
  sink.hint(other(from), 'location', readable(m.receiverFacility), 0.4)
  sink.hint('client', 'role', 'HL7 sender', 0.5)
  sink.hint('server', 'role', 'HL7 receiver', 0.5)
  if (m.software === undefined) return
  const { vendor, product, release } = m.software
  sink.hint(from, 'vendor', readable(vendor), 0.7)
  sink.hint(from, 'software', readable(`${product} ${release}`.trim()), 0.8)
}

/** `LAB at EAST to HIS at MAIN` */
function place(application: string, facility: string): string {
  return facility === '' ? readable(application) : `${readable(application)} at ${readable(facility)}`
}

function tell({ message: m, side }: Question, ok: boolean | undefined, error: string, sink: Sink): void {
  const code = m.header === 'MSH' ? readable(m.trigger === '' ? m.type : `${m.type}^${m.trigger}`) : 'batch'
  const [name, access] = TYPES[m.type] ?? [m.header === 'MSH' ? 'message' : 'of messages', 'unknown' as const]
  const operation = `${code} ${name}`
  const object = `${place(m.sender, m.senderFacility)} to ${place(m.receiver, m.receiverFacility)}`
  const key = `${side} ${operation} ${object} ${ok} ${error}`
  if (side === 'client' && sink.again(key)) return
  const done = { operation, object, access, ok, error, part: undefined }
  if (side === 'client') sink.operation(key, done)
  else sink.sayFrom('server', { kind: 'operation.done', ...done })
}
