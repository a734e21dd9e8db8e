/** PROFINET DCP in the platform's words. A set speaks when it is answered, or when nothing will answer it any more. */
import type { Endpoint } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'
import {
  ALIAS,
  BLOCKS,
  DEVICE_ID,
  END_TRANSACTION,
  EVERYBODY,
  FACTORY_RESET,
  IP,
  IP_SUITE,
  NAME_OF_STATION,
  REFUSALS,
  RESET_TO_FACTORY,
  RESPONSE,
  ROLE,
  ROLES,
  SERVICE,
  SERVICES,
  SIGNAL,
  TYPE_OF_STATION,
  VENDORS,
} from './profinet-dcp.table.ts'
import { type Block, type Dcp, type DcpState, textOf } from './profinet-dcp.ts'

type Seen = SeenMessage<Dcp, DcpState>

/** A guess that a device's own word outweighs. */
const OWN_NAME = 0.3

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, flow } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`profinet-dcp.${m.anomalies[i]}`)
  for (const block of m.blocks) {
    // IEC 61158-6-10 §4.3.1.4.15: labels of letters, digits and hyphens, joined by dots.
    if (block.kind === NAME_OF_STATION && !/^[a-zA-Z0-9.-]*$/.test(textOf(block))) sink.anomaly('profinet-dcp.name-breaks-rules', '')
  }
  if (m.isAnswer || m.service === SERVICE.hello) {
    if (m.service !== SERVICE.set) introduce(m, from, from === 'client' ? flow.clientMac : flow.serverMac, sink)
    if (m.service === SERVICE.hello || m.service === SERVICE.identify) say(m, undefined, from, sink)
    else if (m.asked !== undefined) settle(m.asked, m, from === 'client' ? 'server' : 'client', sink)
  } else if (m.service === SERVICE.identify) {
    say(m, undefined, from, sink)
    noteLookup(seen, sink)
  }
}

/** A station makes sure that nobody else has its name; a controller looks for many. Who asks twice for one name only asks for its own. */
function noteLookup({ message: m, state, from }: Seen, sink: Sink): void {
  const block = m.blocks.find(({ kind }) => kind === NAME_OF_STATION)
  const name = block === undefined ? '' : textOf(block)
  if (name === '' || state.lookedFor === '') return
  if (state.lookedFor === name) sink.hint(from, 'name', name, OWN_NAME)
  state.lookedFor = state.lookedFor === undefined || state.lookedFor === name ? name : ''
}

export function ended(state: DcpState, sink: Sink): void {
  for (const [key, question] of state.open) settle(question, undefined, key.startsWith('server') ? 'server' : 'client', sink)
  state.open.clear()
  if (state.lookedFor !== undefined && state.lookedFor !== '') sink.hint('client', 'name', state.lookedFor, OWN_NAME)
}

/** The device's own statements. Its IP address goes with its MAC, so that both are one host. */
function introduce(m: Dcp, from: Side, mac: string, sink: Sink): void {
  const address = m.blocks.find(({ kind, data }) => (kind === IP || kind === IP_SUITE) && data.length >= 12)
  const ip = address === undefined ? '' : showIpv4(address.data)
  const host: Endpoint | undefined = ip === '' || ip === '0.0.0.0' ? undefined : { ip, mac, port: undefined }
  for (const block of m.blocks) {
    const { kind, data } = block
    if (kind === NAME_OF_STATION) sink.hint(from, 'name', textOf(block), 1, undefined, host)
    else if (kind === TYPE_OF_STATION) sink.hint(from, 'model', textOf(block), 0.8, undefined, host)
    else if (kind === ALIAS) sink.hint(from, 'interface', `alias ${textOf(block)}`, 0.8, undefined, host)
    else if (kind === DEVICE_ID && data.length >= 4) identity(data, from, host, sink)
    else if (kind === ROLE && data.length >= 1) roles(data[0]!, from, host, sink)
    else if (block === address && host !== undefined) addresses(data, from, host, sink)
  }
  if (host !== undefined) sink.sayFrom(from, { kind: 'address.claimed', ip, mac, by: 'self', gratuitous: true })
}

function identity(data: Uint8Array, from: Side, host: Endpoint | undefined, sink: Sink): void {
  const vendor = (data[0]! << 8) | data[1]!
  const device = (data[2]! << 8) | data[3]!
  sink.hint(from, 'vendor', VENDORS[vendor], 0.95, undefined, host)
  sink.hint(from, 'family', `PROFINET vendor 0x${hex4(vendor)} device 0x${hex4(device)}`, 0.6, undefined, host)
}

const hex4 = (value: number): string => value.toString(16).padStart(4, '0')

function roles(bits: number, from: Side, host: Endpoint | undefined, sink: Sink): void {
  const held = ROLES.filter(([bit]) => (bits & bit) !== 0)
  for (const [, role] of held) sink.hint(from, 'role', role, 1, undefined, host)
  sink.hint(from, 'type', held[0]?.[2], 0.7, undefined, host)
}

function addresses(data: Uint8Array, from: Side, host: Endpoint, sink: Sink): void {
  const gateway = showIpv4(data.subarray(8))
  sink.hint(from, 'interface', `${host.ip} mask ${showIpv4(data.subarray(4))}`, 1, undefined, host)
  // A device without a gateway names itself.
  if (gateway !== '0.0.0.0' && gateway !== host.ip) sink.hint(from, 'gateway', gateway, 1, undefined, host)
}

function say(m: Dcp, answer: Dcp | undefined, asker: Side, sink: Sink): void {
  const [name, access] = SERVICES[m.service]!
  const failed = answer === undefined ? undefined : refusalOf(answer)
  const isIdentified = m.service === SERVICE.identify && m.isAnswer
  const operation = {
    operation: isIdentified ? 'answer identify' : name,
    object: m.isAnswer || m.service === SERVICE.hello ? '' : objectOf(m),
    access,
    ok: failed === undefined ? undefined : failed === '',
    error: failed ?? '',
    part: undefined,
  }
  const key = `${operation.operation}/${operation.object}/${operation.error}/${operation.ok}`
  if (asker === 'server') sink.sayFrom('server', { kind: 'operation.done', ...operation })
  else if (!sink.again(key)) sink.operation(key, operation)
}

function objectOf(m: Dcp): string {
  const shown = m.blocks.filter(({ kind }) => kind !== END_TRANSACTION).slice(0, 8)
  return shown.map((block) => `${BLOCKS[block.kind] ?? `block ${block.kind >> 8}/${block.kind & 255}`}${valueSuffix(block, m)}`).join(', ')
}

/** A filter's and a new value; what a get asks for has none. */
function valueSuffix(block: Block, m: Dcp): string {
  const value = m.service === SERVICE.get || block.kind === EVERYBODY ? '' : shownValue(block)
  return value === '' ? '' : ` ${value}`
}

function shownValue(block: Block): string {
  const { kind, data } = block
  if (kind === NAME_OF_STATION || kind === ALIAS || kind === TYPE_OF_STATION) return textOf(block)
  if ((kind === IP || kind === IP_SUITE) && data.length >= 12) {
    return `${showIpv4(data)} mask ${showIpv4(data.subarray(4))} gateway ${showIpv4(data.subarray(8))}`
  }
  return ''
}

/** Empty when the device did it all. */
function refusalOf(answer: Dcp): string {
  if (answer.isRefused) return 'service not supported'
  for (const { kind, data } of answer.blocks) {
    const code = kind === RESPONSE ? (data[2] ?? 0) : 0
    if (code !== 0) return REFUSALS[code] ?? `error ${code}`
  }
  return ''
}

function settle(q: Dcp, answer: Dcp | undefined, asker: Side, sink: Sink): void {
  say(q, answer, asker, sink)
  if (q.service !== SERVICE.set) return
  for (const block of q.blocks) {
    if (block.kind === END_TRANSACTION || block.kind === SIGNAL) continue
    const ok = answer === undefined ? undefined : isDone(answer, block.kind)
    const isReset = block.kind === FACTORY_RESET || block.kind === RESET_TO_FACTORY
    // Bit 0 of the qualifier: kept over a restart.
    const lasts = isReset || block.info < 0 ? '' : (block.info & 1) === 1 ? ', permanent' : ', temporary'
    const what = BLOCKS[block.kind] ?? `block ${block.kind >> 8}/${block.kind & 255}`
    sink.sayFrom(asker, { kind: 'configuration.changed', what, value: `${shownValue(block)}${lasts}`, ok })
  }
}

function isDone(answer: Dcp, kind: number): boolean {
  if (answer.isRefused) return false
  const own = answer.blocks.find(
    (block) => block.kind === RESPONSE && block.data.length >= 3 && ((block.data[0]! << 8) | block.data[1]!) === kind,
  )
  return own === undefined ? refusalOf(answer) === '' : own.data[2] === 0
}
