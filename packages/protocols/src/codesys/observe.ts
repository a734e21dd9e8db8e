/** CODESYS in the platform's words. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { movePart, tellFile } from '../moving-file.ts'
import { MovingBytes } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { CHANNEL, GROUP_ACCESS, GROUPS, NAME_SERVICE, SERVICES } from './codesys.table.ts'
import type { Codesys, CodesysState } from './codesys.ts'
import { type CodesysService, RESULT, type ServiceState, type Tag } from './service.ts'

export function observe({ message: m }: SeenMessage<Codesys, CodesysState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`codesys.${name}`)
  if (m.device !== undefined) {
    const { node, device, vendor, version, serial } = m.device
    sink.hint('server', 'name', node, 1)
    sink.hint('server', 'model', device, 1)
    sink.hint('server', 'vendor', vendor, 1)
    sink.hint('server', 'firmware', version, 1)
    sink.hint('server', 'serial', serial, 1)
    sink.hint('server', 'type', 'plc', 0.7)
  }
  if (m.service === 1) {
    // Nodes of the network look for each other: gateways of engineering stations, and runtimes.
    if (sink.again('notification')) return
    sink.operation('notification', {
      operation: 'address notification',
      object: '',
      access: 'identify',
      ok: undefined,
      error: '',
      part: undefined,
    })
    sink.hint('client', 'software', 'CODESYS gateway or runtime', 0.6)
    return
  }
  const operation = m.service === 64 ? CHANNEL[m.command] : NAME_SERVICE[m.command]
  // Blocks and their acknowledgements carry the services, which speak for themselves.
  if (operation === undefined || m.command < 4) return
  const key = `${m.command}/${m.reason}`
  if (sink.again(key)) return
  const isOpened = m.command === 0x83
  const ok = isOpened || m.command === 0xc280 ? m.reason === 0 : undefined
  const access = m.service === 64 ? 'session' : 'identify'
  sink.operation(key, { operation, object: '', access, ok, error: ok === false ? `reason ${m.reason}` : '', part: undefined })
}

export function observeService({ message: m, asked, state }: SeenMessage<CodesysService, ServiceState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`codesys-service.${name}`)
  if (!m.isAnswer) {
    remember(m, state)
    return
  }
  if (asked !== undefined) settle(asked, m, state, sink)
}

export function endedService(state: ServiceState, sink: Sink): void {
  if (state.file !== undefined) tellFile(state.file, sink)
  state.file = undefined
}

const textTag = (tags: readonly Tag[], id: number): string => textIn(tags.find((tag) => tag.id === id)?.data)

/** Printable text up to a NUL, else nothing. */
function textIn(data: Uint8Array | undefined): string {
  if (data === undefined) return ''
  let text = ''
  for (const c of data.subarray(0, 256)) {
    if (c === 0) break
    text += String.fromCharCode(c)
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: text has none
  return text.length > 1 && !/[\x00-\x1f\x7f]/.test(text) ? readable(text) : ''
}

const firstText = (tags: readonly Tag[]): string => tags.map((tag) => textIn(tag.data)).find((text) => text !== '') ?? ''

/** What later questions refer to without naming it. */
function remember(q: CodesysService, state: ServiceState): void {
  if (q.group === 0x01 && q.command === 2) state.user = textTag(q.tags, 0x10)
  if (q.group === 0x02 && (q.command === 1 || q.command === 3)) state.application = firstText(q.tags) || state.application
}

function settle(q: CodesysService, a: CodesysService, state: ServiceState, sink: Sink): void {
  const result = a.tags.find((tag) => tag.id === RESULT)?.data
  const code = result === undefined ? 0 : (result[0] ?? 0) | ((result[1] ?? 0) << 8)
  const ok = code === 0
  const group = GROUPS[q.group] ?? `group 0x${q.group.toString(16)}`
  const [name, access] = SERVICES[q.group]?.[q.command] ?? [`command ${q.command}`, GROUP_ACCESS[q.group] ?? 'unknown']
  const operation = `${group}: ${name}`
  // A login's texts are names and secrets of users, told below.
  const object =
    q.isSecured || q.group === 0x01 || q.group === 0x0c ? '' : q.group === 0x02 ? firstText(q.tags) || state.application : firstText(q.tags)
  const key = `${q.group}/${q.command}/${object}/${code}`
  if (!sink.again(key))
    sink.operation(key, { operation, object, access, ok, error: ok ? '' : `error 0x${code.toString(16)}`, part: undefined })
  if (q.group === 0x01) device(q, ok, state, sink)
  else if (q.group === 0x02) application(q, ok, object || 'application', operation, sink)
  else if (q.group === 0x08) file(q, a, ok, object, state, sink)
  else if (q.group === 0x11 && q.command === 1) sink.say({ kind: 'service.used', service: 'PLC shell', object, user: state.user, ok })
  else if (access === 'configure') sink.say({ kind: 'configuration.changed', what: operation, value: object, ok })
}

function device(q: CodesysService, ok: boolean, state: ServiceState, sink: Sink): void {
  switch (q.command) {
    case 2:
    case 8:
      sink.say({ kind: 'login.tried', user: state.user, domain: '', method: 'CODESYS device', ok })
      if (state.user !== '') sink.hint('client', 'user', state.user, 0.9)
      return
    case 4:
      sink.say({ kind: 'device.restarted', how: 'reset to origin', ok })
      return
    case 6:
      sink.say({ kind: 'mode.changed', mode: 'unknown', by: 'command', detail: 'operating mode', ok })
      return
    case 9:
      sink.say({ kind: 'configuration.changed', what: 'node name', value: firstText(q.tags), ok })
      return
    default:
  }
}

const DOWNLOADS = new Set([5, 7, 48, 52])

function application(q: CodesysService, ok: boolean, section: string, operation: string, sink: Sink): void {
  if (DOWNLOADS.has(q.command) || q.command === 6) {
    const what = { section, sectionType: operation, ...new MovingBytes('client', sink).update(q.content).end(sink), user: undefined, ok }
    sink.say({ kind: q.command === 6 ? 'program.edited' : 'program.downloaded', ...what })
    return
  }
  switch (q.command) {
    case 16:
      sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail: operation, ok })
      return
    case 17:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: operation, ok })
      return
    case 18:
      sink.say({ kind: 'device.restarted', how: operation, ok })
      return
    case 32:
      sink.say({ kind: 'tag.forced', tag: 'all', action: 'unforce', ok })
      return
    case 4:
    case 35:
    case 39:
      sink.say({ kind: 'program.edited', section, sectionType: operation, bytes: 0, hash: undefined, user: undefined, ok })
      return
    default:
  }
}

/** The longest leaf of a part is the file's bytes. */
function longest(tags: readonly Tag[]): Uint8Array {
  let best: Uint8Array = EMPTY
  for (const tag of tags) if (tag.data.length > best.length) best = tag.data
  return best
}

const EMPTY = new Uint8Array(0)

function file(q: CodesysService, a: CodesysService, ok: boolean, name: string, state: ServiceState, sink: Sink): void {
  switch (q.command) {
    case 2:
    case 3:
      state.file = movePart(state.file, name, 'to-server', EMPTY, true, sink)
      return
    case 5:
    case 6:
      state.file = movePart(state.file, name, 'to-client', EMPTY, true, sink)
      return
    case 4:
      state.file = movePart(state.file, state.file?.name ?? name, 'to-server', longest(q.tags), false, sink)
      return
    case 7:
      if (ok) state.file = movePart(state.file, state.file?.name ?? name, 'to-client', longest(a.tags), false, sink)
      return
    case 8:
    case 9:
      endedService(state, sink)
      return
    case 14:
    case 15:
      sink.say({ kind: 'configuration.changed', what: SERVICES[8]![q.command]![0], value: name, ok })
      return
    default:
  }
}
