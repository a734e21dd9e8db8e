/** What services of a device's own objects do: identity, mode, reset, configuration, clock, program. */
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { CipState, Where } from './cip.ts'
import { FILE, moveFile } from './files.ts'
import { hintAttribute, hintIdentity, type KeyPosition, readAll, statusOf } from './identity.ts'
import { isLogix, observeLogix } from './logix.ts'
import { ascii, objectOf } from './path.ts'
import { observeSafety, SUPERVISOR, VALIDATOR } from './safety.ts'
import type { Service } from './service.ts'
import { hexOf } from './values.ts'

/** Objects of a Logix controller that switch all forces (as AdvancedHMI's documentation has them). */
const ALL_FORCES: Readonly<Record<number, string>> = { 0x68: 'all SFC forces', 0x69: 'all forces' }
/** The same service writes a tag of one program: its charts' forces are switched at instance 0. */
const PROGRAM = 0x68
const ENABLE_FORCES = 0x4d
const DISABLE_FORCES = 0x4e
/** Points that a relay lets force, by its own attributes (Rockwell 825-UM004D, chapter E). */
const POINTS: Readonly<Record<number, string>> = { 0x08: 'discrete input', 0x09: 'discrete output' }
const FORCE_ENABLE = 115
const FORCE_VALUE = 116
const IDENTITY = 0x01
const ASSEMBLY = 0x04
const PROGRAM_DATA = 0x6a
const FIRMWARE = 0xa1
const CLOCK = 0x8b
const CONTROLLER = 0x8e
const TCP_IP = 0xf5
const SET_SERVICES: ReadonlySet<number> = new Set([0x02, 0x04, 0x10, 0x19])
const MAX_VALUE = 64

export function observeDevice(
  key: number,
  q: Service,
  a: Service | undefined,
  ok: boolean | undefined,
  where: Where,
  state: CipState,
  sink: Sink,
): void {
  const { classId } = q.path
  if (classId === IDENTITY) {
    if (q.code === 0x05) restarted(q, ok, sink)
    else if (ok && a !== undefined && !sink.sameBytes(key, a.data)) identified(q, a, where, state, sink)
  } else if (isForce(q)) forced(q, ok, sink)
  else if (classId === PROGRAM_DATA && q.code === 0x51) {
    sink.wrote(objectOf(q.path), hexOf(q.data.subarray(0, MAX_VALUE)), 'bytes', ok, where.part)
  } else if (classId === FILE) moveFile(q, a, ok, state, sink)
  else if (isLogix(classId)) observeLogix(key, q, a, ok, where, state, sink)
  else if (SET_SERVICES.has(q.code)) configured(q, ok, where, sink)
  else if (classId === CONTROLLER && (q.code === 0x06 || q.code === 0x07)) {
    const mode = q.code === 0x06 ? 'run' : 'program'
    sink.say({ kind: 'mode.changed', mode, by: 'command', detail: `controller ${q.code === 0x06 ? 'start' : 'stop'}`, ok })
  } else if (classId === FIRMWARE && q.code === 0x4b) {
    sink.say({ kind: 'firmware.updated', version: undefined, bytes: q.data.length, ok })
  } else if (classId === ASSEMBLY && ok && a !== undefined && (q.code === 0x0e || q.code === 0x01)) {
    if (!sink.sameBytes(key, a.data)) sink.read(`assembly ${q.path.instance}`, hexOf(a.data.subarray(0, MAX_VALUE)), 'bytes', where.part)
  } else if (classId === SUPERVISOR || classId === VALIDATOR) observeSafety(key, q, a, ok, where, sink)
}

/** Of a whole Logix controller, or of one point of a relay's. */
function isForce({ code, path }: Service): boolean {
  const { classId, instance, attribute } = path
  if (ALL_FORCES[classId] !== undefined)
    return (classId !== PROGRAM || instance <= 0) && (code === ENABLE_FORCES || code === DISABLE_FORCES)
  return POINTS[classId] !== undefined && code === 0x10 && (attribute === FORCE_ENABLE || attribute === FORCE_VALUE)
}

function forced({ code, path, data }: Service, ok: boolean | undefined, sink: Sink): void {
  const all = ALL_FORCES[path.classId]
  const isOn = all === undefined ? data[0] === 1 : code === ENABLE_FORCES
  const action = path.attribute === FORCE_VALUE && all === undefined ? 'force' : isOn ? 'enable' : 'disable'
  sink.say({ kind: 'tag.forced', tag: all ?? `${POINTS[path.classId]} ${path.instance}`, action, ok })
}

function restarted(q: Service, ok: boolean | undefined, sink: Sink): void {
  // Vol. 1, §5-2.3.1: types of reset.
  const how = ['power cycle', 'factory defaults', 'factory defaults but communication'][q.data[0] ?? 0] ?? `reset type ${q.data[0]}`
  sink.say({ kind: 'device.restarted', how, ok })
}

function identified(q: Service, a: Service, where: Where, state: CipState, sink: Sink): void {
  if (q.path.instance > 1) return
  if (q.code === 0x01) {
    const id = readAll(a.data)
    if (id === undefined) return
    hintIdentity(id, where.part, sink)
    observeStatus(id.status, where, state, sink)
  } else if (q.code === 0x0e) {
    const r = new Reader(a.data)
    if (q.path.attribute === 5) observeStatus(r.u16le(), where, state, sink)
    else hintAttribute(q.path.attribute, r, where.part, sink)
  } else if (q.code === 0x03) attributeList(a, where, state, sink)
}

/** Count, then number, status and value of each; after an unknown layout nothing can be read. */
function attributeList(a: Service, where: Where, state: CipState, sink: Sink): void {
  const r = new Reader(a.data)
  const count = r.u16le()
  for (let i = 0; i < count && r.left >= 4; i++) {
    const attribute = r.u16le()
    if (r.u16le() !== 0) continue
    if (attribute === 5) observeStatus(r.u16le(), where, state, sink)
    else if (!hintAttribute(attribute, r, where.part, sink)) return
    if (r.short) return
  }
}

/** Where the key stands, each time a conversation learns of it: whether that is news is for the detector to say, which remembers longer. */
function observeKey(key: KeyPosition, { index, part }: Where, state: CipState, sink: Sink): void {
  sink.hint('server', 'state', `key switch ${key}`, 0.9, part)
  const now = `${index} ${key}`
  if (state.key === now) return
  state.key = now
  sink.say({ kind: 'mode.changed', mode: key, by: 'report', detail: `key switch ${key}`, ok: true })
}

/** The first mode is a fact of the device, a later other one a change. */
function observeStatus(status: number, where: Where, state: CipState, sink: Sink): void {
  const { mode, key, fault } = statusOf(status)
  if (fault !== '') sink.say({ kind: 'device.diagnosed', what: fault, fault: true })
  if (mode === undefined) return
  if (key !== '') observeKey(key, where, state, sink)
  const now = `${where.index} ${mode}`
  if (state.mode === now) return
  sink.hint('server', 'state', mode, 0.9, where.part)
  const isSamePlace = state.mode.startsWith(`${where.index} `)
  if (isSamePlace) sink.say({ kind: 'mode.changed', mode, by: 'report', detail: 'identity status', ok: true })
  state.mode = now
}

function configured(q: Service, ok: boolean | undefined, where: Where, sink: Sink): void {
  const { classId } = q.path
  if (classId === ASSEMBLY) {
    sink.wrote(`assembly ${q.path.instance}`, hexOf(q.data.subarray(0, MAX_VALUE)), 'bytes', ok, where.part)
  } else if (classId === CLOCK) sink.say({ kind: 'time.set', to: clockOf(q), ok })
  else if (classId === TCP_IP) {
    const [what, value] = networkOf(q)
    sink.say({ kind: 'configuration.changed', what, value, ok })
  } else if (classId < 0x64 || classId >= 0xf0) {
    sink.say({ kind: 'configuration.changed', what: objectOf(q.path), value: hexOf(q.data.subarray(0, MAX_VALUE)), ok })
  }
}

/** Vol. 2, §5-4.3: attribute 3 says where the address comes from, 5 holds address, mask and gateway, 6 the host name. */
function networkOf(q: Service): [what: string, value: string] {
  const r = new Reader(q.data)
  if (q.path.attribute === 5) {
    const [address, mask, gateway] = [ip(r.u32le()), ip(r.u32le()), ip(r.u32le())]
    return ['IP configuration', `${address} mask ${mask} gateway ${gateway}`]
  }
  if (q.path.attribute === 3) return ['IP addressing', ['static', 'BOOTP', 'DHCP'][r.u32le() & 0x0f] ?? 'reserved']
  if (q.path.attribute === 6) return ['host name', ascii(r.view(r.u16le()))]
  return [objectOf(q.path), hexOf(q.data.subarray(0, MAX_VALUE))]
}

const ip = (n: number): string => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`

/** Microseconds since 1970 in attribute 6, as the list of attributes gives it. */
function clockOf(q: Service): string {
  const r = new Reader(q.data)
  if (q.code === 0x04) {
    r.u16le()
    if (r.u16le() !== 6) return ''
  } else if (q.path.attribute !== 6) return ''
  const us = Number(r.u64le())
  return r.short || us > 8.64e18 ? '' : new Date(us / 1000).toISOString()
}
