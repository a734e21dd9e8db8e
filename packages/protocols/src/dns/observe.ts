import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { hintDevice } from './device-text.ts'
import { NETBIOS_OPCODES, OPCODES, typeName } from './dns.table.ts'
import { codeName, type Dns, type DnsState, type Question } from './dns.ts'
import { domainOf } from './domain.ts'
import { asks, contradicts } from './forged.ts'
import { lowerCase, netbiosName } from './name.ts'
import type { Record_ } from './record.ts'

/** Protects against a resolver that nobody answers. */
const MAX_OPEN = 64

export function observe(seen: SeenMessage<Dns, DnsState>, sink: Sink): void {
  const { message: m, state } = seen
  for (const name of m.anomalies) sink.anomaly(`dns.${name}`)
  const question = m.questions[0]
  if (!m.isResponse) {
    if (m.variant === 'dns') asks(m, state.asked)
    if (question !== undefined && m.variant !== 'mdns' && state.open.size < MAX_OPEN) state.open.set(m.id, question)
    if (m.variant === 'nbns' && m.opcode !== 0) registration(seen, sink)
    return
  }
  state.open.delete(m.id)
  if (m.variant === 'dns' && contradicts(m, seen.at, state.asked))
    sink.anomaly('dns.answers-differ', `${shown(question?.name ?? '')}: ${m.answers.map((a) => readable(a.value ?? '')).join(', ')}`)
  if (m.variant === 'dns') sink.hint(seen.from, 'role', 'dns server', 0.7)
  if (question !== undefined || m.answers.length > 0) resolved(m, question, sink)
  ownNames(seen, sink)
}

export function ended(state: DnsState, sink: Sink): void {
  for (const { name, type } of state.open.values()) {
    sink.say({ kind: 'name.resolved', name: shown(name), domain: domainOf(shown(name)), type: typeName(type), answers: [], code: '' })
  }
}

function resolved(m: Dns, question: Question | undefined, sink: Sink): void {
  const first = m.answers[0]
  const name = question?.name ?? first?.name ?? ''
  const type = typeName(question?.type ?? first?.type ?? 0)
  const answers = m.answers.flatMap((a) => (a.value === undefined ? [] : [readable(a.value)])).slice(0, 32)
  sink.say({ kind: 'name.resolved', name: shown(name), domain: domainOf(shown(name)), type, answers, code: codeName(m) })
  const key = `${type} ${m.code}`
  if (sink.again(key)) return
  const verb = (m.variant === 'nbns' ? NETBIOS_OPCODES : OPCODES)[m.opcode] ?? `opcode ${m.opcode}`
  sink.operation(key, {
    operation: `${verb} ${type}`,
    object: '',
    access: 'identify',
    ok: m.code === 0,
    error: m.code === 0 ? '' : codeName(m),
    part: undefined,
  })
}

/** Link-local answers come from the host that owns the name: an address record of its own names it. */
function ownNames(seen: SeenMessage<Dns, DnsState>, sink: Sink): void {
  const { message: m, from, flow } = seen
  if (m.variant === 'dns') return
  const own = from === 'client' ? flow.clientIp : flow.serverIp
  for (const record of m.answers.concat(m.variant === 'mdns' ? m.others : [])) {
    if (record.value !== undefined && record.value === own) sink.hint(from, 'name', hostOf(record), 0.95)
    if (m.variant === 'nbns' && record.type === 33) sink.hint(from, 'name', record.value, 0.95)
    if (m.variant === 'mdns') hintDevice(record, from, sink)
  }
}

/** A node that registers a unique name speaks of itself; a group name is its workgroup or domain (RFC 1002 §4.2.2). */
function registration(seen: SeenMessage<Dns, DnsState>, sink: Sink): void {
  const decoded = netbiosName(seen.message.questions[0]?.name ?? '')
  if (decoded === undefined || decoded.name === '' || decoded.name.charCodeAt(0) < 3) return
  const isGroup = decoded.suffix === 0x1c || decoded.suffix === 0x1d || decoded.suffix === 0x1e || decoded.suffix === 0x1b
  if (isGroup) sink.hint(seen.from, 'domain', decoded.name, 0.7)
  else if (decoded.suffix === 0x20) sink.hint(seen.from, 'name', decoded.name, 0.9)
}

function hostOf(record: Record_): string {
  return netbiosName(record.name)?.name ?? readable(record.name.replace(/\.local$/i, ''))
}

function shown(name: string): string {
  return netbiosName(name)?.name || readable(lowerCase(name))
}
