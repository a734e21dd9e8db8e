/** STUN: its logs as the STUN package of Zeek writes them, and what it says of hosts. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { LogSpec, Protocol, PutRow, Sink } from '../protocol.ts'
import { ATTRIBUTE, ATTRIBUTES, CLASSES, METHODS } from './stun.table.ts'
import { type Attribute, dissector, type Stun, type StunState } from './stun.ts'

const SUCCESS = 2

const logs: Readonly<Record<string, LogSpec>> = {
  stun: {
    columns: [
      ['proto', 'enum'],
      ['is_orig', 'bool'],
      ['trans_id', 'string'],
      ['method', 'string'],
      ['class', 'string'],
      ['attr_types', 'vector[string]'],
      ['attr_vals', 'vector[string]'],
    ],
  },
  stun_nat: {
    columns: [
      ['proto', 'enum'],
      ['is_orig', 'bool'],
      ['wan_addrs', 'vector[addr]'],
      ['wan_ports', 'vector[count]'],
      ['lan_addrs', 'vector[addr]'],
    ],
  },
}

function find(m: Stun, type: number): Attribute | undefined {
  return m.attributes.find((a) => a.type === type)
}

function observe(seen: SeenMessage<Stun, StunState>, sink: Sink): void {
  const { message: m, from, state } = seen
  if (m.kind !== 'stun') return
  for (const name of m.anomalies) sink.anomaly(`stun.${name}`)
  sink.hint(from, 'software', readable(find(m, ATTRIBUTE.software)?.text ?? ''), 0.8)
  if (m.class < SUCCESS) return
  const method = METHODS[m.method] ?? 'unknown method'
  const ok = m.class === SUCCESS
  if (ok && !state.isTold) {
    state.isTold = true
    if (m.method !== 1) sink.hint(from, 'role', 'relay', 0.8)
    const outside = find(m, ATTRIBUTE.xorMapped) ?? find(m, ATTRIBUTE.mapped)
    const asker = from === 'server' ? 'client' : 'server'
    const inside = asker === 'client' ? seen.flow.clientIp : seen.flow.serverIp
    if (outside !== undefined && outside.address !== inside) sink.hint(asker, 'interface', `seen from outside as ${outside.address}`, 0.7)
  }
  const user = seen.asked === undefined ? undefined : find(seen.asked, ATTRIBUTE.username)
  const realm = seen.asked === undefined ? undefined : find(seen.asked, ATTRIBUTE.realm)
  // Short-term names of a call's two ends are no accounts.
  if (user !== undefined && realm !== undefined && !sink.again(`login ${user.text} ${ok}`)) {
    sink.say({ kind: 'login.tried', user: readable(user.text), domain: readable(realm.text), method: 'turn', ok })
  }
  const key = `${method} ${ok ? '' : m.error}`
  if (sink.again(key)) return
  const error = ok ? '' : readable(find(m, ATTRIBUTE.error)?.text ?? 'error')
  sink.operation(key, { operation: method.toLowerCase(), object: '', access: 'session', ok, error, part: undefined })
}

function zeek(seen: SeenMessage<Stun, StunState>, put: PutRow): void {
  const { message: m, from, flow } = seen
  if (m.kind !== 'stun') return
  const isClient = from === 'client'
  const types = m.attributes.map((a) => ATTRIBUTES[a.type] ?? `unknown-attrtype-${a.type}`)
  const values = m.attributes.map((a) => a.text)
  const method = METHODS[m.method] ?? `unknown-methodtype-${m.method}`
  put('stun', [flow.transport, isClient, m.transaction, method, CLASSES[m.class], types, values])
  const inside = isClient ? flow.serverIp : flow.clientIp
  if (m.method !== 1 || m.class !== SUCCESS || inside === undefined) return
  const outside = m.attributes.filter((a) => (a.type === ATTRIBUTE.mapped || a.type === ATTRIBUTE.xorMapped) && a.address !== inside)
  if (outside.length === 0) return
  put('stun_nat', [flow.transport, isClient, outside.map((a) => a.address), outside.map((a) => a.port), outside.map(() => inside)])
}

/** Zeek itself has no word for it in conn.log. */
export const stun: Protocol<Stun, StunState> = { dissector, service: '', observe, logs, zeek }
