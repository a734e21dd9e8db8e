/** ADS in the platform's words: an answer speaks for its question, a notification for itself. */
import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { movePart, tellFile } from '../moving-file.ts'
import { take, tell } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { COMMANDS, ERRORS, GROUPS, PORTS, ROUTER_FRAMES, STATES, SYSTEM_GROUPS } from './ads.table.ts'
import type { Ads, AdsState } from './ads.ts'
import { textIn, valueOfBytes } from './values.ts'

const SYSTEM_SERVICE = 10_000
/** Names a conversation may hold: a client that watches a whole plant. */
const MAX_NAMES = 4096
const MAX_FILES = 64

export function observe({ message: m, asked, from, state }: SeenMessage<Ads, AdsState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`ads.${name}`)
  if (m.kind !== 0) {
    const operation = ROUTER_FRAMES[m.kind] ?? `router frame ${m.kind}`
    if (!sink.again(operation))
      sink.operation(operation, { operation, object: '', access: 'session', ok: undefined, error: '', part: undefined })
    return
  }
  if (m.command === 8 && !m.isAnswer) {
    for (const sample of m.samples) {
      const watched = state.watched.get(sample.handle)
      const [value, type] = valueOfBytes(sample.data)
      sink.read(watched?.tag ?? `notification ${sample.handle}`, value, type, watched?.part)
    }
    return
  }
  if (m.isAnswer && from === 'server' && asked !== undefined && asked.command === m.command) settle(asked, m, state, sink)
}

export function ended(state: AdsState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  if (state.file !== undefined) tellFile(state.file, sink)
  state.section = undefined
  state.file = undefined
}

/** The first runtime is the device itself; other services and devices behind its router are parts. */
function partOf(q: Ads): string | undefined {
  if (!q.target.endsWith('.1.1')) return `net id ${q.target}`
  return q.targetPort === 851 || q.targetPort === 801 ? undefined : (PORTS[q.targetPort] ?? `port ${q.targetPort}`)
}

function settle(q: Ads, a: Ads, state: AdsState, sink: Sink): void {
  const ok = a.error === 0 && (a.result === 0 || a.result === -1)
  const part = partOf(q)
  const [operation, access] = nameOf(q)
  const object = objectOf(q, state)
  const failed = a.error || a.result
  const key = `${operation}/${part ?? ''}/${object}/${ok ? '' : failed}`
  if (!sink.again(key))
    sink.operation(key, { operation, object, access, ok, error: ok ? '' : (ERRORS[failed] ?? `error 0x${failed.toString(16)}`), part })
  switch (q.command) {
    case 1:
      if (ok && a.version !== undefined) identify(q, a, part, sink)
      return
    case 2:
    case 9:
      if (ok) readDone(q, a, object, key, part, state, sink)
      return
    case 3:
      wrote(q, ok, object, part, state, sink)
      return
    case 4:
      if (ok) stated(q, a, part, state, sink)
      return
    case 5:
      controlled(q, ok, part, sink)
      return
    case 6:
      if (ok) keep(state.watched, a.handle, { tag: object, part })
      return
    default:
  }
}

function keep<V>(map: Map<number, V>, key: number, value: V): void {
  if (map.size >= MAX_NAMES && !map.has(key)) map.delete(map.keys().next().value!)
  map.set(key, value)
}

function nameOf(q: Ads): readonly [operation: string, access: Access] {
  const [command, access] = COMMANDS[q.command]!
  if (q.group < 0) return [command, access]
  const group = q.targetPort === SYSTEM_SERVICE ? SYSTEM_GROUPS[q.group] : GROUPS[q.group]
  if (group === undefined) return [command, access]
  const does = q.command === 3 && group[1] === 'read' ? 'write' : group[1]
  return [`${command}: ${group[0]}`, does]
}

/** A symbol's name where one is known, else group and offset. */
function objectOf(q: Ads, state: AdsState): string {
  if (q.group < 0) return q.command === 5 ? (STATES[q.state]?.[0] ?? `state ${q.state}`) : ''
  if (q.targetPort === SYSTEM_SERVICE) return systemObject(q, state)
  switch (q.group) {
    case 0xf003:
    case 0xf004:
    case 0xf007:
    case 0xf009:
    case 0xf011:
      return readable(textIn(q.data))
    case 0xf005:
    case 0xf006:
      return state.symbols.get(q.group === 0xf005 ? q.offset : 0) ?? `handle 0x${q.offset.toString(16)}`
    default:
      return `0x${q.group.toString(16)}:0x${q.offset.toString(16)}`
  }
}

function systemObject(q: Ads, state: AdsState): string {
  if (q.group >= 121 && q.group <= 130) return state.files.get(q.offset) ?? `handle 0x${q.offset.toString(16)}`
  // Key and value of the registry, each ended by a NUL.
  if (q.group === 200)
    return readable(
      String.fromCharCode(...q.data.subarray(0, 512))
        .split('\0')
        .filter(Boolean)
        .join('\\'),
    )
  return q.data.length > 0 ? readable(textIn(q.data.subarray(0, 512))) : ''
}

function identify(q: Ads, a: Ads, part: string | undefined, sink: Sink): void {
  const version = a.version!.join('.')
  sink.hint('server', 'vendor', 'Beckhoff', 0.8)
  sink.hint('server', 'type', 'plc', 0.7)
  if (q.targetPort === SYSTEM_SERVICE) sink.hint('server', 'software', `TwinCAT ${version}`, 1)
  else sink.hint('server', 'software', `${a.name} ${version}`, 1, part ?? PORTS[q.targetPort])
}

function readDone(q: Ads, a: Ads, object: string, key: string, part: string | undefined, state: AdsState, sink: Sink): void {
  if (q.targetPort === SYSTEM_SERVICE) {
    systemAnswer(q, a, object, state, sink)
    return
  }
  if (q.group === 0xf003 && a.data.length >= 4) {
    keep(state.symbols, u32(a.data, 0), object)
    return
  }
  if (q.group === 0xf080 || q.group === 0xf081 || q.group === 0xf082) {
    sums(q, a, part, state, sink)
    return
  }
  const holdsValue =
    (q.group >= 0x4000 && q.group < 0x5000) || q.group === 0xf004 || q.group === 0xf005 || (q.group >= 0xf020 && q.group <= 0xf031)
  if (!holdsValue || sink.sameBytes(key, a.data)) return
  const [value, type] = valueOfBytes(a.data)
  sink.read(object, value, type, part)
}

const u32 = (data: Uint8Array, at: number): number =>
  ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24)) >>> 0

/** Sum commands: as many requests as the offset says, 12 bytes each (16 with reads and writes), then what they write. */
function sums(q: Ads, a: Ads, part: string | undefined, state: AdsState, sink: Sink): void {
  const step = q.group === 0xf082 ? 16 : 12
  const n = Math.min(q.offset, Math.floor(q.data.length / step), 512)
  let written = q.offset * step
  let read = q.offset * (q.group === 0xf082 ? 8 : 4)
  for (let i = 0; i < n; i++) {
    const at = i * step
    const size = u32(q.data, at + 8)
    const inner = { ...q, command: 2, group: u32(q.data, at), offset: u32(q.data, at + 4), data: EMPTY }
    const ok = u32(a.data, i * (q.group === 0xf082 ? 8 : 4)) === 0
    const tag = objectOf(inner, state)
    if (q.group === 0xf081) {
      const [value, type] = valueOfBytes(q.data.subarray(written, written + size))
      sink.wrote(tag, value, type, ok, part)
      written += size
    } else if (q.group === 0xf080) {
      const [value, type] = valueOfBytes(a.data.subarray(read, read + size))
      if (ok) sink.read(tag, value, type, part)
      read += size
    } else {
      const length = u32(a.data, i * 8 + 4)
      const writes = u32(q.data, at + 12)
      if (ok && inner.group === 0xf003 && length >= 4)
        keep(state.symbols, u32(a.data, read), textIn(q.data.subarray(written, written + writes)))
      written += writes
      read += length
    }
  }
}

const EMPTY = new Uint8Array(0)

/** What TwinCAT runs after a restart. */
const BOOT = /\\Boot\\.*\.(?:app|autostart|tmc|wbp|wbx|tps|xml|crc|oce|occ|tizip)$/i
const PROGRAM = /\.(?:app|wbp|oce|tmc|tmx)$/i

function systemAnswer(q: Ads, a: Ads, object: string, state: AdsState, sink: Sink): void {
  switch (q.group) {
    case 120:
      if (a.data.length >= 4) {
        if (state.files.size >= MAX_FILES) state.files.delete(state.files.keys().next().value!)
        state.files.set(u32(a.data, 0), object)
      }
      return
    case 122:
      moved(object, false, a.data, state, sink)
      return
    case 700:
      targetInformation(readable(textIn(a.data)), sink)
      return
    case 702:
      sink.hint('server', 'name', readable(textIn(a.data)), 0.9)
      return
    case 123:
    case 121:
    case 131:
    case 132:
    case 500:
      systemWrite(q, true, object, state, sink)
      return
    default:
  }
}

/** XML: target type, hardware, image and its versions. */
function targetInformation(xml: string, sink: Sink): void {
  const field = (name: string): string | undefined => new RegExp(`<${name}>([^<]{1,128})</${name}>`).exec(xml)?.[1]
  sink.hint('server', 'model', field('ImageDevice') ?? field('HardwareType') ?? field('TargetType') ?? field('Model'), 0.9)
  sink.hint('server', 'serial', field('SerialNo'), 1)
  sink.hint('server', 'hardware', field('HardwareVersion'), 0.7)
  const version = [field('Version'), field('Revision'), field('Build')].filter((part) => part !== undefined).join('.')
  if (version !== '') sink.hint('server', 'software', `TwinCAT ${version}`, 1)
  const os = field('OsName')
  sink.hint('server', 'os', os === undefined ? undefined : `${os} ${field('OsVersion') ?? ''}`.trim(), 0.9)
  sink.hint('server', 'firmware', field('ImageVersion'), 0.8)
}

function wrote(q: Ads, ok: boolean, object: string, part: string | undefined, state: AdsState, sink: Sink): void {
  if (q.targetPort === SYSTEM_SERVICE) {
    systemWrite(q, ok, object, state, sink)
    return
  }
  if (q.group === 0xf006) {
    state.symbols.delete(u32(q.data, 0))
    return
  }
  if (q.targetPort === 1) return
  const [value, type] = valueOfBytes(q.data)
  sink.wrote(object, value, type, ok, part)
}

function systemWrite(q: Ads, ok: boolean, object: string, state: AdsState, sink: Sink): void {
  switch (q.group) {
    case 123:
      if (ok) moved(object, true, q.data, state, sink)
      return
    case 121:
      ended(state, sink)
      state.files.delete(q.offset)
      return
    case 500:
      sink.say({ kind: 'service.used', service: 'start process', object, user: '', ok })
      return
    case 400:
      sink.say({ kind: 'time.set', to: '', ok })
      return
    default:
      sink.say({ kind: 'configuration.changed', what: SYSTEM_GROUPS[q.group]?.[0] ?? `system service ${q.group}`, value: object, ok })
  }
}

function moved(path: string, isWrite: boolean, data: Uint8Array, state: AdsState, sink: Sink): void {
  if (PROGRAM.test(path) || (isWrite && BOOT.test(path))) {
    state.section = take(state.section, isWrite ? 'program.downloaded' : 'program.uploaded', path, 'boot project', data, true, sink)
  } else state.file = movePart(state.file, path, isWrite ? 'to-server' : 'to-client', data, false, sink)
}

function stated(q: Ads, a: Ads, part: string | undefined, state: AdsState, sink: Sink): void {
  const [name, mode] = STATES[a.state] ?? [`state ${a.state}`, 'unknown' as const]
  if (state.states.get(q.targetPort) === a.state) return
  keep(state.states, q.targetPort, a.state)
  sink.say({ kind: 'mode.changed', mode, by: 'report', detail: `${part ?? PORTS[q.targetPort] ?? ''}: ${name}`, ok: true })
  sink.hint('server', 'state', name, 1, part)
}

function controlled(q: Ads, ok: boolean, part: string | undefined, sink: Sink): void {
  const [name, mode] = STATES[q.state] ?? [`state ${q.state}`, 'unknown' as const]
  const detail = `${part ?? PORTS[q.targetPort] ?? ''}: ${name}`
  if (q.state === 2 || q.state === 12) sink.say({ kind: 'device.restarted', how: detail, ok })
  else sink.say({ kind: 'mode.changed', mode, by: 'command', detail, ok })
}
