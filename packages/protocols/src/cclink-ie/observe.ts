/** CC-Link IE in the platform's words: who masters the network, what its stations are, in which state, and their process data. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import {
  ALARM,
  CONTROL_NODES,
  DEVICES,
  DIAGNOSES,
  EMERGENCY_STOP,
  FIELD_NODES,
  type FrameType,
  INVALID,
  STOPPED,
  TSN_NODES,
  TYPE,
  TYPES,
  VENDORS,
} from './cclink-ie.table.ts'
import type { CcLinkIe, CcLinkIeState, CyclicPart } from './cclink-ie.ts'
import type { Detected } from './detection.ts'

const MAX_SHOWN = 64
const MAX_SERVED = 1024
const MAX_TAGS = 4096
const TELL_US = 1_000_000
/** Cyclic frames with outputs: RWw, RY, Out1, Out2. */
const WRITES: readonly number[] = [0x82, 0x83, 0x8c, 0x8d]
/** A node type that no station has. */
const FORBIDDEN = 'use prohibited'
const NODES: readonly number[] = [TYPE.testData, TYPE.testDataAck, TYPE.persuasion, TYPE.myStatus]

export function observe({ message: m, state, from, at }: SeenMessage<CcLinkIe, CcLinkIeState>, sink: Sink): void {
  const byMaster = m.type === TYPE.cyclicM
  if (m.isTruncated) sink.anomaly('cclink-ie.truncated')
  const described = TYPES[m.type]
  if (described === undefined) return
  const key = m.type * 0x1_0000 + m.sourceNode
  if (from === 'client' ? !sink.again(key) : isNew(key, state)) {
    const done = {
      operation: described.name,
      object: described.network === 'tsn' ? '' : `node ${m.sourceNode}`,
      access: accessOf(m.type, described.kind, byMaster),
      ok: undefined,
      error: '',
      part: undefined,
    }
    if (from === 'client') sink.operation(key, done)
    else sink.sayFrom('server', { kind: 'operation.done', ...done })
  }
  if (NODES.includes(m.type) && nodeName(m) !== FORBIDDEN) sink.hint(from, 'role', nodeName(m), 0.9)
  if (m.detected !== undefined) introduce(m, m.detected, from, sink)
  if (m.type === TYPE.priority && m.master !== '') sink.hint(from, 'role', 'master station', 0.5, undefined, hostOf(m.master, ''))
  for (const part of m.parts) process(part, byMaster, { state, at, from, sink })
}

/** A server's statement is counted nowhere: once is enough. */
function isNew(key: number, { served }: CcLinkIeState): boolean {
  return served.size < MAX_SERVED && served.size !== served.add(key).size
}

function accessOf(type: number, kind: FrameType['kind'], byMaster: boolean): Access {
  if (kind === 'cyclic') return byMaster || WRITES.includes(type) ? 'write' : 'read'
  return kind === 'control' ? 'session' : type === TYPE.parameter ? 'configure' : 'unknown'
}

export function nodeName({ network, nodeType }: CcLinkIe): string | undefined {
  return network === 'control' ? CONTROL_NODES[nodeType] : network === 'field' ? FIELD_NODES[nodeType] : TSN_NODES[nodeType & 0x7f]
}

const hostOf = (mac: string, ip: string) => ({ ip: ip === '' || ip === '0.0.0.0' ? undefined : ip, mac, port: undefined })

function introduce(m: CcLinkIe, d: Detected, from: Side, sink: Sink): void {
  if (d.mac === '') return
  const host = hostOf(d.mac, d.ip)
  if (m.type === TYPE.detection) return sink.hint(from, 'role', 'master station', 1, undefined, host)
  sink.hint(from, 'role', nodeName(m), 1, undefined, host)
  if (d.deviceType < 0) return
  sink.hint(from, 'vendor', VENDORS[d.vendor] ?? `CC-Link vendor 0x${hex(d.vendor, 4)}`, VENDORS[d.vendor] ? 0.95 : 0.5, undefined, host)
  sink.hint(from, 'orderCode', `model code 0x${hex(d.model, 8)}`, 0.8, undefined, host)
  sink.hint(from, 'firmware', `device version ${d.deviceVersion}`, 0.6, undefined, host)
  if (d.deviceType > 0) sink.hint(from, 'type', DEVICES[d.deviceType] ?? `device type 0x${hex(d.deviceType, 4)}`, 0.9, undefined, host)
  if (d.gateway !== '0.0.0.0') sink.hint(from, 'gateway', d.gateway, 1, undefined, host)
  if (d.hasDuplicateIp)
    sink.sayFrom(from === 'client' ? 'server' : 'client', { kind: 'device.diagnosed', what: 'duplicate IP address', fault: true })
}

type Statement = Parameters<Sink['say']>[0]
/** Who states of itself answers. */
type Told = { readonly state: CcLinkIeState; readonly at: number; readonly from: Side; readonly sink: Sink }

/** The other station's data in this frame; its state and faults are the sender's. */
function process(part: CyclicPart, byMaster: boolean, { state, at, from, sink }: Told): void {
  const say = (statement: Statement): void => sink.sayFrom(from === 'client' ? 'server' : 'client', statement)
  const isBad = (part.diagnosis & INVALID) !== 0 || !part.isEnabled
  if (part.data.length > 0 && isDue(part, byMaster, state, at)) {
    const tag = `station ${part.station} 0x${hex(part.address, 8)}`
    if (byMaster) sink.wrote(tag, shown(part.data), 'bytes', undefined)
    else sink.read(tag, shown(part.data), 'bytes', undefined, isBad ? 'bad' : 'good')
  }
  const now = part.diagnosis | ((part.hardware & (ALARM | EMERGENCY_STOP)) << 8) | (part.hasTimingError ? 0x1_0000 : 0)
  const before = state.told[from]
  if (now === before) return
  const isStopped = (part.diagnosis & STOPPED) !== 0
  if (before === undefined || (before & STOPPED) !== (now & STOPPED)) say(mode(isStopped))
  state.told[from] = now
  for (const [bit, what, fault] of DIAGNOSES) if ((part.diagnosis & bit) !== 0) say({ kind: 'device.diagnosed', what, fault })
  if ((part.hardware & EMERGENCY_STOP) !== 0) say({ kind: 'device.diagnosed', what: 'emergency stop', fault: true })
  if ((part.hardware & ALARM) !== 0) say({ kind: 'device.diagnosed', what: 'alarm', fault: true })
  if (part.hasTimingError) say({ kind: 'device.diagnosed', what: 'communication timing error', fault: true })
}

/** Process data is told at most once a second. */
function isDue({ address, stationNumber }: CyclicPart, byMaster: boolean, { toldAt }: CcLinkIeState, at: number): boolean {
  const key = (stationNumber * 2 + (byMaster ? 1 : 0)) * 0x1_0000_0000 + address
  const told = toldAt.get(key)
  if (told !== undefined && at - told < TELL_US && at >= told) return false
  if (told === undefined && toldAt.size >= MAX_TAGS) toldAt.clear()
  toldAt.set(key, at)
  return true
}

function mode(isStopped: boolean): Statement {
  const detail = isStopped ? 'application stopped' : 'application running'
  return { kind: 'mode.changed', mode: isStopped ? 'stop' : 'run', by: 'report', detail, ok: undefined }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

function shown(data: Uint8Array): string {
  let text = ''
  for (let i = 0; i < data.length && i < MAX_SHOWN; i++) text += hex(data[i]!, 2)
  return data.length > MAX_SHOWN ? `${text}…` : text
}
