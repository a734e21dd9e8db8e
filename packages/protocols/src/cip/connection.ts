/** Connections: opened with a route, known by an id for each direction. Spec: Vol. 1, §3-5.5. */
import { Reader } from '@isthmus/wire'
import type { CipState, Connection, Where } from './cip.ts'
import { objectOf, type Path, readPath } from './path.ts'
import type { Service } from './service.ts'

/** Connections and routes remembered in one conversation. */
const MAX_CONNECTIONS = 256
export const HERE: Where = { part: undefined, index: 0 }

export type ForwardOpen = {
  readonly toTarget: number
  readonly toOriginator: number
  readonly serial: number
  readonly rpiUs: number
  /** Bytes of one packet to the target and to the originator. */
  readonly sizes: readonly [toTarget: number, toOriginator: number]
  readonly transportClass: number
  readonly path: Path
}

/** The question of Forward Open, or of Large Forward Open, whose parameters are double words. */
export function readForwardOpen(q: Service): ForwardOpen {
  const r = new Reader(q.data)
  r.skip(2)
  const toTarget = r.u32le()
  const toOriginator = r.u32le()
  const serial = r.u16le()
  r.skip(6 + 4)
  const rpiUs = r.u32le()
  const isLarge = q.code === 0x5b
  const size = (): number => (isLarge ? r.u32le() & 0xffff : r.u16le() & 0x1ff)
  const toTargetSize = size()
  r.skip(4)
  const sizes = [toTargetSize, size()] as const
  const transportClass = r.u8() & 0x0f
  const path = readPath(r.sub(r.u8() * 2))
  return { toTarget, toOriginator, serial, rpiUs, sizes, transportClass, path }
}

/** `slot 0, Message Router 1, class 3, 2000 ms, 500/500 bytes` */
export function describeOpen(open: ForwardOpen): string {
  const target = objectOf(open.path)
  const parts = [
    open.path.route,
    target,
    `class ${open.transportClass}`,
    `${open.rpiUs / 1000} ms`,
    `${open.sizes.join('/')} bytes`,
    open.path.isSafety ? 'safety' : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** The answer gives both ids; what the target does not repeat is as asked. */
export function opened(open: ForwardOpen, a: Service, state: CipState): void {
  const r = new Reader(a.data)
  const toTarget = r.u32le()
  const toOriginator = r.u32le()
  if (r.short) return
  if (state.connections.size >= MAX_CONNECTIONS) {
    const [oldest, connection] = state.connections.entries().next().value!
    forget(oldest, connection, state)
  }
  state.connections.set(toTarget, { where: whereOf(open.path.route, state), toOriginator, serial: open.serial })
  state.byTarget.set(toOriginator, toTarget)
}

export function closed(q: Service, state: CipState): void {
  const r = new Reader(q.data)
  r.skip(2)
  const serial = r.u16le()
  for (const [id, connection] of state.connections) if (connection.serial === serial) forget(id, connection, state)
}

function forget(id: number, connection: Connection, state: CipState): void {
  state.connections.delete(id)
  state.byTarget.delete(connection.toOriginator)
}

export function whereOf(route: string, state: CipState): Where {
  if (route === '') return HERE
  const known = state.routes.get(route)
  if (known !== undefined) return known
  if (state.routes.size >= MAX_CONNECTIONS) state.routes.clear()
  const where = { part: route, index: state.routes.size + 1 }
  state.routes.set(route, where)
  return where
}
