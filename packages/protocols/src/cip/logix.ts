/** Objects of Logix controllers, as publicly analysed and seen in traffic: the project, and the program with its parts. */
import { Reader } from '@isthmus/wire'
import { edited, take } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { PROGRAM_CLASSES } from './cip.table.ts'
import type { CipState, Where } from './cip.ts'
import { ascii, className, objectOf } from './path.ts'
import type { Service } from './service.ts'

const PROJECT = 0x64
export const SYMBOL = 0x6b
const ROUTINE = 0x6d
const PARTS: ReadonlySet<number> = new Set([0x68, ROUTINE, 0x70])
/** In a symbol's type: the controller's own kinds, of programs, routines, tasks and modules, rather than a tag. */
const SYSTEM = 0x1000
const NOTHING = new Uint8Array(0)
const MAX_NAMES = 4096
const MAX_NAME = 256

/** Handles of the controller's memory: symbols give their names, routines say theirs, creation answers with it. */
export type LogixNames = Map<string, string>

export const isLogix = (classId: number): boolean => classId === PROJECT || PROGRAM_CLASSES.has(classId)

export function observeLogix(
  key: number,
  q: Service,
  a: Service | undefined,
  ok: boolean | undefined,
  where: Where,
  state: CipState,
  sink: Sink,
): void {
  const { classId } = q.path
  if (classId === PROJECT) {
    if (q.code === 0x03 && ok && a !== undefined && !sink.sameBytes(key, a.data)) described(a.data, where, sink)
  } else if (classId === SYMBOL && q.code === 0x03) {
    if (ok && a !== undefined) named(readSymbol(a.data, true), where, state)
  } else if (classId === SYMBOL && q.code === 0x04) {
    const symbol = readSymbol(q.data, false)
    named(symbol, where, state)
    if (symbol.name !== '' && (symbol.type & SYSTEM) !== 0) {
      changed(symbol.name, className(symbol.type & 0xff).toLowerCase(), NOTHING, ok, where, state, sink)
    }
  } else programmed(q, a, ok, where, state, sink)
}

/** Attributes 1 and 2 of the project: its name, which is the controller's, and its description. */
function described(answer: Uint8Array, where: Where, sink: Sink): void {
  const r = new Reader(answer)
  const count = r.u16le()
  for (let i = 0; i < count && r.left >= 6; i++) {
    const attribute = r.u16le()
    if (r.u16le() !== 0 || (attribute !== 1 && attribute !== 2)) return
    const text = textOf(r)
    if (r.short || text === '') continue
    sink.hint('server', attribute === 1 ? 'project' : 'description', text, attribute === 1 ? 1 : 0.8, where.part)
  }
}

function textOf(r: Reader): string {
  const length = r.u16le()
  return length > MAX_NAME ? '' : ascii(r.view(length))
}

type Symbol = { name: string; type: number; handle: number }

/** Attributes 1 name, 2 type, 3 handle, in this order; in answers each behind its status. */
function readSymbol(bytes: Uint8Array, isAnswer: boolean): Symbol {
  const symbol = { name: '', type: 0, handle: 0 }
  const r = new Reader(bytes)
  const count = r.u16le()
  for (let i = 0; i < count && r.left >= 4; i++) {
    const attribute = r.u16le()
    if (isAnswer && r.u16le() !== 0) break
    if (attribute === 1) symbol.name = textOf(r)
    else if (attribute === 2) symbol.type = r.u16le()
    else if (attribute === 3) symbol.handle = r.u32le()
    else break
  }
  return r.short ? { name: '', type: 0, handle: 0 } : symbol
}

function named({ name, type, handle }: Symbol, where: Where, state: CipState): void {
  if (name === '' || handle === 0 || (type & SYSTEM) === 0) return
  if (state.names.size >= MAX_NAMES) state.names.clear()
  state.names.set(`${where.index} ${handle}`, name)
}

/** A routine's own handle is its attribute 8; what stands before it has known sizes. */
const WIDTHS: Readonly<Record<number, number>> = { 1: 2, 2: 4, 4: 4 }

function handleOf(answer: Uint8Array): number {
  const r = new Reader(answer)
  const count = r.u16le()
  for (let i = 0; i < count && r.left >= 4; i++) {
    const attribute = r.u16le()
    if (r.u16le() !== 0) return 0
    if (attribute === 8) return r.u32le()
    const width = WIDTHS[attribute]
    if (width === undefined) return 0
    r.skip(width)
  }
  return 0
}

function programmed(q: Service, a: Service | undefined, ok: boolean | undefined, where: Where, state: CipState, sink: Sink): void {
  const { classId } = q.path
  const object = objectOf(q.path)
  const place = `${where.index} ${object}`
  const isRoutine = classId === ROUTINE
  const type = className(classId).toLowerCase()
  if (isRoutine && q.code === 0x03) {
    const handle = ok && a !== undefined ? handleOf(a.data) : 0
    const name = state.names.get(`${where.index} ${handle}`)
    if (name !== undefined) state.names.set(place, name)
    return
  }
  const name = `${q.path.scope}${state.names.get(place) ?? object.slice(q.path.scope.length)}`
  if (q.code === 0x4f || (isRoutine && q.code === 0x4c)) {
    if (ok && a !== undefined) state.section = take(state.section, 'program.uploaded', name, type, a.data, ok, sink)
  } else if (q.code === 0x50 || (isRoutine && q.code === 0x4d)) changed(name, type, q.data, ok, where, state, sink)
  else if (q.code === 0x08 && (PARTS.has(classId) || isRunning(where, state))) changed(name, type, q.data, ok, where, state, sink)
  else if (q.code === 0x09) edited(name, `deleted ${type}`, NOTHING, ok, sink)
}

/** A download stops the program first: what changes it while it runs is an online edit. */
function changed(name: string, type: string, data: Uint8Array, ok: boolean | undefined, where: Where, state: CipState, sink: Sink): void {
  if (isRunning(where, state)) edited(name, type, data, ok, sink)
  else state.section = take(state.section, 'program.downloaded', name, type, data, ok, sink)
}

const isRunning = (where: Where, state: CipState): boolean => state.mode === `${where.index} run`
