/** SNMP in the platform's words: what was read, set and reported, who the agent is, which password opened it. */
import type { SeenMessage } from '@isthmus/wire'
import { integerOf, oidOf, TAG, unsignedOf } from '../asn1/ber.ts'
import { hexText, readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { identify, identifyEngine, textOf, vendorOf } from './identity.ts'
import { objectName } from './naming.ts'
import { ERRORS, OID, PDU, PDUS, TRAPS, USM_REPORTS } from './snmp.table.ts'
import type { Binding, Snmp, SnmpState } from './snmp.ts'

/** The communities every device is shipped with. */
const DEFAULTS: readonly string[] = ['public', 'private']
/** Variables of one set that are told one by one. */
const MAX_SET = 64
const NO_SUCH = 0x80
const END_OF_VIEW = 0x82

export function observe(seen: SeenMessage<Snmp, SnmpState>, sink: Sink): void {
  const { message: m, asked, from } = seen
  for (const name of m.anomalies) sink.anomaly(`snmp.${name}`)
  if (m.version === 3) identifyEngine(m.pdu === PDU.trap2 ? 'client' : 'server', m.engine, sink)
  else if (m.community !== '' && PDUS[m.pdu] !== undefined) community(m, sink)
  if (from === 'client' && m.user !== '') sink.hint('client', 'user', readable(m.user), 0.7)
  if (m.pdu === PDU.trap || m.pdu === PDU.trap2 || m.pdu === PDU.inform) trapped(m, sink)
  else if (m.pdu === PDU.report) reported(m, asked, sink)
  else if (m.pdu === PDU.response) {
    identify(from, m.bindings, sink)
    if (asked !== undefined) answered(m, asked, sink)
  } else if (m.isEncrypted && asked !== undefined) login(asked, true, sink)
}

/** A community is a password that every message repeats: told once a link. */
function community(m: Snmp, sink: Sink): void {
  const key = `community ${m.community}`
  if (sink.again(key)) return
  const mask = maskSecret(readable(m.community))
  sink.operation(key, { operation: 'community offered', object: mask, access: 'session', ok: undefined, error: '', part: undefined })
  sink.say({ kind: 'credential.exposed', user: '', mask, weakness: DEFAULTS.includes(m.community) ? 'default' : 'clear' })
}

function login(asked: Snmp, ok: boolean, sink: Sink): void {
  if (asked.user === '') return
  const method = asked.isEncrypted
    ? 'snmpv3 with privacy'
    : asked.isAuthenticated
      ? 'snmpv3 with authentication'
      : 'snmpv3 without authentication'
  sink.say({ kind: 'login.tried', user: readable(asked.user), domain: '', method, ok })
}

function answered(m: Snmp, asked: Snmp, sink: Sink): void {
  if (m.version === 3) login(asked, true, sink)
  sink.hint('server', 'role', 'snmp agent', 0.6)
  const error = ERRORS[m.status] ?? (m.status === 0 ? '' : `error ${m.status}`)
  const about = asked.bindings[0] ?? m.bindings[0]
  const nothing = m.bindings.length === 1 && m.bindings[0]!.type >= NO_SUCH && m.bindings[0]!.type < END_OF_VIEW
  const object = about === undefined ? '' : objectName(about.oid)
  const more = asked.bindings.length > 1 ? ` and ${asked.bindings.length - 1} more` : ''
  const key = `${asked.pdu} ${m.status} ${nothing} ${object}${more}`
  if (asked.pdu === PDU.set) wrote(asked, error, sink)
  if (sink.again(key)) return
  const pdu = PDUS[asked.pdu]
  sink.operation(key, {
    operation: pdu?.name ?? 'unknown',
    object: object + more,
    access: pdu?.access ?? 'unknown',
    ok: error === '' && !nothing,
    error: nothing ? 'noSuchObject' : error,
    part: undefined,
  })
}

function wrote(asked: Snmp, error: string, sink: Sink): void {
  for (const b of asked.bindings.slice(0, MAX_SET)) {
    const instance = `${objectName(b.oid)} (${b.oid})`
    sink.say({ kind: 'configuration.changed', what: instance, value: String(shownValue(b)), ok: error === '' })
  }
}

function shownValue(b: Binding): string | number {
  if (b.type === TAG.oid) return oidOf(b.value)
  if (b.type === TAG.integer) return integerOf(b.value)
  if (b.type === 0x40) return b.value.join('.')
  if (b.type > 0x40 && b.type <= 0x47 && b.type !== 0x44) return unsignedOf(b.value)
  return textOf(b.value) || hexText(b.value, 64)
}

function reported(m: Snmp, asked: Snmp | undefined, sink: Sink): void {
  const what = USM_REPORTS[m.bindings[0]?.oid ?? '']
  // Engine discovery: every first message of v3 is answered so.
  if (what === undefined || what === 'unknown engine id' || what === 'not in time window') return
  if (asked !== undefined) login(asked, false, sink)
  sink.anomaly('snmp.refused', what)
}

function trapped(m: Snmp, sink: Sink): void {
  identify('client', m.bindings, sink)
  sink.hint('client', 'role', 'snmp agent', 0.6)
  sink.hint('server', 'role', 'snmp manager', 0.6)
  if (m.trap !== undefined) sink.hint('client', 'vendor', vendorOf(m.trap.enterprise), 0.7)
  const name = trapName(m)
  if (name === 'coldStart' || name === 'warmStart') {
    sink.say({ kind: 'device.restarted', how: name === 'coldStart' ? 'cold start reported' : 'warm start reported', ok: true })
  } else sink.say({ kind: 'device.diagnosed', what: name, fault: name === 'linkDown' })
  const key = `${m.pdu} ${name}`
  if (sink.again(key)) return
  sink.operation(key, { operation: PDUS[m.pdu]!.name, object: name, access: 'unknown', ok: undefined, error: '', part: undefined })
}

function trapName(m: Snmp): string {
  const { trap } = m
  if (trap !== undefined)
    return trap.generic < 6 ? (TRAPS[trap.generic] ?? `trap ${trap.generic}`) : `${trap.enterprise}.0.${trap.specific}`
  const id = m.bindings.find((b) => b.oid === OID.trapId)
  if (id === undefined) return 'trap'
  const oid = oidOf(id.value)
  const standard = oid.startsWith(OID.trapPrefix) ? TRAPS[Number(oid.slice(OID.trapPrefix.length)) - 1] : undefined
  return standard ?? oid
}
