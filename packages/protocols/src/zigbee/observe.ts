/** Zigbee in the platform's words: devices as parts of whoever hears them, their attributes, commands, joining and keys. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { FRAME, type Frame, hex4, type Network, type Support } from './mac.ts'
import type { Zcl } from './zcl.ts'
import { CLUSTERS, COMMANDS, DEVICE_PROFILE, GENERAL, IDENTITY, MAC_COMMANDS, NETWORK_COMMANDS, SUPPORT_COMMANDS } from './zigbee.table.ts'
import type { Zigbee } from './zigbee.ts'

const ANSWER = 0x8000
const JOINING = 0x0036
const UPGRADE = 0x0019
const UPGRADE_END = 6

export function observe({ message: m }: SeenMessage<Zigbee>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`zigbee.${m.anomalies[i]}`)
  const { frame } = m
  if (frame === undefined || m.anomalies.length > 0) return
  if (frame.kind === FRAME.command && !frame.isSecured) macCommand(frame, sink)
  if (frame.network === undefined) return
  if (m.version > 0) sink.hint('client', 'role', 'zigbee gateway', 0.6)
  network(m, frame, frame.network, sink)
}

const partOf = (address: string): string => `device ${address}`

function tell(key: string, operation: OperationStatement, sink: Sink): void {
  if (!sink.again(key)) sink.operation(key, operation)
}

function say(operation: string, object: string, access: OperationStatement['access'], source: string, sink: Sink): void {
  tell(`${operation} ${object} ${source}`, { operation, object, access, ok: undefined, error: '', part: partOf(source) }, sink)
}

function macCommand(frame: Frame, sink: Sink): void {
  const name = MAC_COMMANDS[frame.command] ?? `command ${frame.command}`
  if (frame.command === 4) return
  say(name, frame.destination, 'session', frame.source === '' ? 'unknown' : frame.source, sink)
}

function network(m: Zigbee, frame: Frame, n: Network, sink: Sink): void {
  const pan = `PAN ${hex4(frame.pan)}`
  if (n.isSecured) return say('encrypted message', pan, 'unknown', n.source, sink)
  if (n.sourceIeee !== '') sink.hint('client', 'serial', n.sourceIeee, 0.7, partOf(n.source))
  if (n.command >= 0) {
    const name = NETWORK_COMMANDS[n.command] ?? `network command ${n.command}`
    return say(name, n.destination, n.command === 4 ? 'configure' : 'session', n.source, sink)
  }
  if (n.support !== undefined) support(m, n, n.support, sink)
}

function support(m: Zigbee, n: Network, s: Support, sink: Sink): void {
  if (s.isSecured) return say('encrypted application message', n.destination, 'unknown', n.source, sink)
  if (s.command >= 0) {
    say(SUPPORT_COMMANDS[s.command] ?? `support command ${s.command}`, n.destination, 'configure', n.source, sink)
    // A network's key in clear opens all of it.
    if (s.key !== '') sink.say({ kind: 'credential.exposed', user: partOf(n.destination), mask: maskSecret(s.key), weakness: 'clear' })
    return
  }
  if (s.kind !== 0) return
  if (s.profile === 0) return profile(m, n, s, sink)
  if (m.zcl !== undefined) return clusterMessage(n, s, m.zcl, sink)
  say('message', `profile ${hex4(s.profile)} cluster ${hex4(s.cluster)} to ${n.destination}`, 'unknown', n.source, sink)
}

function profile(m: Zigbee, n: Network, s: Support, sink: Sink): void {
  const [name, access] = DEVICE_PROFILE[s.cluster & ~ANSWER] ?? [`device profile ${hex4(s.cluster)}`, 'unknown' as const]
  say((s.cluster & ANSWER) === 0 ? name : `${name} response`, n.destination, access, n.source, sink)
  if (m.announced !== '') sink.hint('client', 'serial', m.ieee, 0.9, partOf(m.announced))
  if (s.cluster === JOINING) {
    const value = m.duration === 0 ? 'closed' : m.duration === 0xff ? 'open' : `open for ${m.duration} s`
    sink.say({ kind: 'configuration.changed', what: `joining of ${n.destination}`, value, ok: undefined })
  }
}

function clusterMessage(n: Network, s: Support, zcl: Zcl, sink: Sink): void {
  const cluster = CLUSTERS[s.cluster] ?? `cluster ${hex4(s.cluster)}`
  const to = s.group >= 0 ? `group ${hex4(s.group)}` : `${n.destination}/${s.endpoint}`
  if (zcl.isClusterCommand) return commanded(n, s, zcl, cluster, to, sink)
  const [name, access] = GENERAL[zcl.command] ?? [`general command ${zcl.command}`, 'unknown' as const]
  say(name, `${cluster} of ${to}`, access, n.source, sink)
  const isWrite = zcl.command === 2 || zcl.command === 3 || zcl.command === 5
  const isReport = zcl.command === 1 || zcl.command === 10
  if (!isWrite && !isReport) return
  for (const { id, status, type, value } of zcl.attributes) {
    if (value === undefined || status !== 0) continue
    const tag = `${cluster} ${hex4(id)}`
    const shown = typeof value === 'string' ? readable(value) : value
    if (isWrite) sink.wrote(tag, shown, type, undefined, partOf(n.destination))
    else sink.read(tag, shown, type, partOf(n.source))
    const attribute = s.cluster === 0 && isReport ? IDENTITY[id] : undefined
    if (attribute !== undefined) sink.hint('client', attribute, String(shown), 0.9, partOf(n.source))
  }
}

function commanded(n: Network, s: Support, zcl: Zcl, cluster: string, to: string, sink: Sink): void {
  const name = zcl.fromServer ? undefined : COMMANDS[s.cluster]?.[zcl.command]
  const operation = name === undefined || name === '' ? `${cluster} command ${zcl.command}` : name
  say(operation, `${cluster} of ${to}`, zcl.fromServer ? 'read' : 'control', n.source, sink)
  if (zcl.fromServer) return
  if (s.cluster === 0x0006 && zcl.command < 2) sink.wrote('on/off', zcl.command === 1, 'bool', undefined, partOf(to))
  else if (s.cluster === 0x0101 && zcl.command < 2) sink.wrote('locked', zcl.command === 0, 'bool', undefined, partOf(to))
  else if (s.cluster === UPGRADE && zcl.command === UPGRADE_END)
    sink.say({ kind: 'firmware.updated', version: undefined, bytes: 0, ok: zcl.argument.startsWith('00') })
}
