/** CIP in the platform's words. A question speaks when it is answered, or when nothing answers it any more. */
import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { tell } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { EXTENDED, OWN_SERVICES, SERVICES, STATUS, VALUE_CLASSES } from './cip.table.ts'
import type { Cip, CipState, Where } from './cip.ts'
import { closed, describeOpen, HERE, opened, readForwardOpen, whereOf } from './connection.ts'
import { observeDevice } from './device.ts'
import { endFile } from './files.ts'
import { SYMBOL } from './logix.ts'
import { objectOf } from './path.ts'
import { observePccc } from './pccc.ts'
import type { Service } from './service.ts'
import { elementsOf, hexOf } from './values.ts'

const MAX_OPEN = 32
const PARTIAL = 0x06
const CONNECTION_MANAGER = 0x06

export function observe({ message: m, asked, state }: SeenMessage<Cip, CipState>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`cip.${m.anomalies[i]}`)
  if (m.service === undefined) return
  if (!m.service.isAnswer) {
    if (state.open.size >= MAX_OPEN) {
      const oldest = state.open.values().next().value!
      state.open.delete(oldest)
      settle(oldest.service!, undefined, placeOf(oldest, state), state, sink)
    }
    state.open.add(m)
    return
  }
  if (asked?.service === undefined) return
  state.open.delete(asked)
  settle(asked.service, m.service, placeOf(asked, state), state, sink)
}

export function ended(state: CipState, sink: Sink): void {
  for (const m of state.open) settle(m.service!, undefined, placeOf(m, state), state, sink)
  state.open.clear()
  endFile(state, sink)
  if (state.section !== undefined) tell(state.section, sink)
  state.section = undefined
}

function placeOf(m: Cip, state: CipState): Where {
  return state.connections.get(m.connection)?.where ?? HERE
}

function settle(q: Service, a: Service | undefined, where: Where, state: CipState, sink: Sink): void {
  if (q.inner !== undefined) {
    settle(
      q.inner,
      a,
      q.route === '' ? where : whereOf(where.part === undefined ? q.route : `${where.part}, ${q.route}`, state),
      state,
      sink,
    )
    return
  }
  // A packet that was taken apart has no say of its own; a refused one fails as a whole.
  if (q.parts.length > 0 && (a === undefined || a.parts.length > 0)) {
    for (let i = 0; i < q.parts.length; i++) settle(q.parts[i]!, a?.parts[i], where, state, sink)
    return
  }
  if (q.path.classId === 0x67 && q.code === 0x4b) {
    observePccc(q, a, where.part, sink)
    return
  }
  const ok = a === undefined ? undefined : a.status === 0 || a.status === PARTIAL
  const place = (q.signature + where.index * 40_503) % 0x20_0000_0000_0000
  const key = keyOf(q, a, ok, where)
  if (!sink.again(key)) describe(key, q, a, ok, where, sink)
  if (isTag(q)) observeTag(place, q, a, ok, where, sink)
  else if (q.path.classId === CONNECTION_MANAGER) observeConnection(q, a, ok, state, sink)
  else observeDevice(place, q, a, ok, where, state, sink)
}

/** Equal for what is one operation: the same service of the same object, at the same place, with the same outcome. */
function keyOf(q: Service, a: Service | undefined, ok: boolean | undefined, where: Where): number | string {
  const target = (q.target + where.index * 40_503) % 0x20_0000_0000_0000
  const outcome = ok === true ? '' : `/${a === undefined ? 'unanswered' : a.status}/${a?.extended}`
  if (isOpening(q)) return `${describeOpen(readForwardOpen(q))}${outcome}`
  return ok === true ? target : `${target}${outcome}`
}

function isOpening(q: Service): boolean {
  return q.path.classId === CONNECTION_MANAGER && (q.code === 0x54 || q.code === 0x5b)
}

function isTag(q: Service): boolean {
  // Up to 10 a symbol object is described, created, deleted.
  return q.path.symbol !== '' || (q.path.classId === SYMBOL && q.code > 0x10)
}

function describe(key: number | string, q: Service, a: Service | undefined, ok: boolean | undefined, where: Where, sink: Sink): void {
  const own = OWN_SERVICES[q.path.symbol !== '' ? 0 : q.path.classId]?.[q.code]
  const common = SERVICES[q.code]
  const operation = own?.[0] ?? common?.[0].toLowerCase() ?? `service 0x${q.code.toString(16)}`
  sink.operation(key, {
    operation,
    object: isOpening(q) ? describeOpen(readForwardOpen(q)) : objectOf(q.path),
    access: own?.[1] ?? accessOf(q, common?.[1]),
    ok,
    error: ok === false && a !== undefined ? errorOf(a) : '',
    part: where.part,
  })
}

/** Reading an attribute is asking for a value where the class holds values, and for the device's description elsewhere. */
function accessOf(q: Service, access: Access | undefined): Access {
  if (access === 'read') return VALUE_CLASSES.has(q.path.classId) ? 'read' : 'identify'
  if (access === 'configure' && q.path.classId === 4) return 'write'
  return access ?? 'unknown'
}

function errorOf(a: Service): string {
  const status = (STATUS[a.status] ?? `status 0x${a.status.toString(16)}`).toLowerCase()
  if (a.extended <= 0) return status
  return `${status}: ${(EXTENDED[a.extended] ?? `0x${a.extended.toString(16).padStart(4, '0')}`).toLowerCase()}`
}

function observeTag(key: number, q: Service, a: Service | undefined, ok: boolean | undefined, where: Where, sink: Sink): void {
  switch (q.code) {
    case 0x4c:
    case 0x52: {
      if (!ok || a === undefined || sink.sameBytes(key, a.data)) return
      const isPart =
        a.status === PARTIAL || (q.code === 0x52 && q.data.length >= 6 && q.data[2]! + q.data[3]! + q.data[4]! + q.data[5]! > 0)
      for (const e of elementsOf(objectOf(q.path), a.data, false, isPart)) sink.read(e.tag, e.value, e.dataType, where.part)
      return
    }
    case 0x4d:
    case 0x53:
      for (const e of elementsOf(objectOf(q.path), q.data, true, q.code === 0x53)) sink.wrote(e.tag, e.value, e.dataType, ok, where.part)
      return
    case 0x4e:
      // Size of the masks, OR mask, AND mask.
      sink.wrote(objectOf(q.path), `masks ${hexOf(q.data.subarray(2))}`, 'mask', ok, where.part)
      return
    default:
  }
}

function observeConnection(q: Service, a: Service | undefined, ok: boolean | undefined, state: CipState, sink: Sink): void {
  if (isOpening(q) && ok && a !== undefined) opened(readForwardOpen(q), a, state)
  if (q.code !== 0x4e) return
  closed(q, state)
  if (state.section !== undefined) tell(state.section, sink)
  state.section = undefined
}
