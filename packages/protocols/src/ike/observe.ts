/** IKE in the platform's words: what both peers agreed on, whose software they run, why they did not agree. */
import type { SeenMessage } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { showIpv4 } from '../show-address.ts'
import { readCertificate } from '../x509/certificate.ts'
import { AUTHENTICATION_V1, CIPHERS_V1, EXCHANGES, TRANSFORMS, WEAK_CIPHERS, WEAK_GROUPS } from './ike.table.ts'
import type { Ike, IkeState } from './ike.ts'
import { notificationName, vendorOf } from './names.ts'
import type { Sa } from './sa.ts'

const AGGRESSIVE = 4
/** Notifications below this are errors (RFC 7296 §3.10.1). */
const FIRST_STATUS = 16384
const MAX_SPIS = 64

export function observe(seen: SeenMessage<Ike, IkeState>, sink: Sink): void {
  const { message: m, from, state } = seen
  for (const name of m.anomalies) sink.anomaly(`ike.${name}`)
  if (m.kind === 'esp') return encapsulated(m, state, sink)
  if (m.kind !== 'ike') return
  sink.hint(from, 'role', 'vpn peer', 0.7)
  for (const hex of m.vendors) {
    const vendor = vendorOf(hex)
    if (vendor?.[2] === 'os') sink.hint(from, 'os', 'Windows', 0.6)
    else if (vendor?.[2] !== undefined) sink.hint(from, vendor[2], vendor[1], 0.8)
  }
  for (const bytes of m.certificates) {
    const certificate = readCertificate(bytes)
    if (certificate !== undefined) sink.hint(from, 'certificate', readable(certificate.subject), 0.8)
  }
  if (m.identity !== undefined && m.exchange === AGGRESSIVE) aggressive(m, from, sink)
  if (from === 'server' && m.sa !== undefined && !state.isOpen) {
    state.isOpen = true
    agreed(m, sink)
  }
  operation(m, seen, sink)
}

/** ESP in UDP: a tunnel by its index, once. */
function encapsulated(m: Ike, state: IkeState, sink: Sink): void {
  if (state.spis.has(m.spi) || state.spis.size >= MAX_SPIS) return
  state.spis.add(m.spi)
  if (!sink.again('esp'))
    sink.operation('esp', { operation: 'ESP in UDP', object: '', access: 'session', ok: undefined, error: '', part: undefined })
}

/** The hash that follows can be guessed at offline: whoever asks is known by name. */
function aggressive(m: Ike, from: 'client' | 'server', sink: Sink): void {
  sink.anomaly('ike.aggressive-mode')
  const { kind, bytes } = m.identity!
  // RFC 2407 §4.6.2.1: 1 an address, 2 a host's name, 3 user@host.
  const name = kind === 1 ? showIpv4(bytes) : readable(byteText(bytes.subarray(0, 256)))
  if (kind === 2 || kind === 3) sink.hint(from, kind === 2 ? 'name' : 'user', name, 0.8)
  if (from === 'client') sink.say({ kind: 'login.tried', user: name, domain: '', method: 'ike aggressive mode', ok: undefined })
}

function agreed(m: Ike, sink: Sink): void {
  const { cipher, group } = m.major === 1 ? chosenV1(m.sa!) : chosenV2(m.sa!)
  if (WEAK_CIPHERS.has(cipher)) sink.anomaly('ike.weak-cipher', cipher)
  if (WEAK_GROUPS.has(group)) sink.anomaly('ike.weak-group', TRANSFORMS[4]?.[group] ?? String(group))
  sink.say({
    kind: 'encryption.negotiated',
    version: `IKEv${m.major}`,
    cipher,
    serverName: '',
    fingerprint: '',
    subject: '',
    issuer: '',
    notAfter: undefined,
  })
}

function chosenV2(sa: Sa): { cipher: string; group: number } {
  const all = sa.proposals[0]?.transforms ?? []
  const encryption = all.find((t) => t.type === 1)
  const bits = encryption?.attributes.find((a) => a.type === 14)?.value
  const name = encryption === undefined ? '' : (TRANSFORMS[1]![encryption.id] ?? `unknown-${encryption.id}`)
  return { cipher: bits === undefined ? name : `${name}_${bits}`, group: all.find((t) => t.type === 4)?.id ?? 0 }
}

function chosenV1(sa: Sa): { cipher: string; group: number } {
  const attributes = sa.proposals[0]?.transforms[0]?.attributes ?? []
  const value = (type: number): number => Number(attributes.find((a) => a.type === type)?.value ?? 0)
  const bits = value(14)
  const cipher = `${CIPHERS_V1[value(1)] ?? ''}${bits > 0 ? `-${bits}` : ''}`
  const how = AUTHENTICATION_V1[value(3)]
  return { cipher: how === undefined ? cipher : `${cipher}, ${how}`, group: value(4) }
}

function operation(m: Ike, seen: SeenMessage<Ike, IkeState>, sink: Sink): void {
  const refused = m.notifications.find((n) => n > 0 && n < FIRST_STATUS)
  const name = EXCHANGES[m.exchange] ?? `exchange ${m.exchange}`
  const answers = m.major === 2 ? (m.flags & 0x20) !== 0 : seen.from === 'server'
  if (!answers && refused === undefined) return
  const key = `${name} ${refused}`
  if (sink.again(key)) return
  const error = refused === undefined ? '' : notificationName(refused)
  sink.operation(key, { operation: name, object: '', access: 'session', ok: refused === undefined, error, part: undefined })
}
