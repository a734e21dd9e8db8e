/**
 * VRRP: the master of a virtual router says so, again and again; nobody else speaks.
 *
 *   | version 4 bits, type 4 | router u8 | priority u8 | count u8 |, 2: | authentication u8 | interval u8 |, 3: | interval, hundredths u16 |
 *   | checksum u16 | addresses 4 or 16 each … |, 2: | password 8 |   big-endian
 *
 * Spec: RFC 5798 §5 (version 3), RFC 3768 §5 (version 2), RFC 2338 §5.3.6 (passwords).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'

export type Vrrp = {
  version: number
  router: number
  priority: number
  addresses: string[]
  authentication: number
  password: string
  anomalies: 'truncated'[]
}
/** What this speaker said last of each virtual router. */
export type VrrpState = { readonly routers: Map<number, { readonly addresses: string; readonly priority: number }> }

const PASSWORD = 1
/** RFC 5798 §5.2.4: 255 owns the addresses, 0 gives them up. */
const OWNER = 255

const dissector: Dissector<Vrrp, VrrpState> = {
  name: 'vrrp',
  ports: ['ip/112'],
  maxFrame: 65_535,
  start: () => ({ routers: new Map() }),
  frame(head) {
    if (head.left < 8) return NEED_MORE
    const first = head.peek()
    return first === 0x21 || first === 0x31 ? head.left : NOT_MINE
  },
  parse(r, { flow }) {
    const m: Vrrp = {
      version: r.u8('version and type') >> 4,
      router: r.u8('virtual router'),
      priority: r.u8('priority'),
      addresses: [],
      authentication: 0,
      password: '',
      anomalies: [],
    }
    const count = r.u8('addresses')
    if (m.version === 2) {
      m.authentication = r.u8('authentication')
      r.u8('interval')
    } else r.u16('interval')
    r.u16('checksum')
    const isV6 = flow.clientIp?.includes(':') === true
    const size = isV6 ? 16 : 4
    for (let i = 0; i < count && r.left >= size; i++)
      m.addresses.push(isV6 ? showIpv6(r.view(16, 'address')) : showIpv4(r.view(4, 'address')))
    if (m.authentication === PASSWORD) m.password = withoutPadding(byteText(r.view(8, 'password')))
    if (m.addresses.length < count) r.short = true
    if (r.left > 0) r.view(r.left, 'behind it')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function observe({ message: m, from, state }: SeenMessage<Vrrp, VrrpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`vrrp.${name}`)
  if (m.anomalies.length > 0) return
  const which = `VRRP router ${m.router}`
  const addresses = m.addresses.join(', ')
  const before = state.routers.get(m.router)
  state.routers.set(m.router, { addresses, priority: m.priority })
  if (m.priority === 0) {
    once(sink, 'gave up as master', which, 'session')
    return
  }
  sink.hint(from, 'role', 'active gateway', 0.9)
  for (const address of m.addresses.slice(0, 8)) sink.hint(from, 'interface', `${which}, virtual ${address}`, 0.9)
  if (m.priority === OWNER) sink.hint(from, 'interface', `${which}, owner`, 0.7)
  if (m.password !== '' && before === undefined) {
    sink.say({ kind: 'credential.exposed', user: which, mask: maskSecret(readable(m.password)), weakness: 'clear' })
  }
  if (before !== undefined && before.addresses !== addresses) {
    sink.sayFrom(from, { kind: 'configuration.changed', what: `addresses of ${which}`, value: addresses, ok: true })
  }
  if (before?.priority === 0) sink.sayFrom(from, { kind: 'configuration.changed', what: `master of ${which}`, value: addresses, ok: true })
  once(sink, 'speaks as master', `${which} ${addresses}`, 'session')
}

export const vrrp: Protocol<Vrrp, VrrpState> = { dissector, observe }
