/** IEC 104 in the platform's words. A command speaks when it is confirmed, displaced, or when nothing confirms it any more. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { OperationStatement, Sink } from '../protocol.ts'
import { type Asdu, type InformationObject, qualityOf } from './asdu.ts'
import { fileOf, moveFile } from './files.ts'
import { CAUSE, CAUSES, FREEZES, INITIALIZED, TYPES, UNNUMBERED } from './iec104.table.ts'
import type { AsduState, Iec104, Iec104State, Question } from './iec104.ts'

type Seen = SeenMessage<Iec104, Iec104State>

/** Open commands of a conversation; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 256
/** Objects of which a conversation knows that they are selected first; beyond it the oldest is forgotten. */
const MAX_SELECTED = 1024
const MAX_SHOWN = 8
/** Highest address whose names are kept, a kind. */
const MAX_NAMED = 4095
const BROADCAST = 0xffff
const READ = 102

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`iec104.${m.anomalies[i]}`)
  if (m.format === 'U') observeLink(m.code, from, state, sink)
  if (m.asdu !== undefined) observeAsdu(m.asdu, from, state, sink)
}

export function observeAsdu(asdu: Asdu, from: Side, state: AsduState, sink: Sink): void {
  if (!asdu.isKnown) return
  if (asdu.type < 45) reported(asdu, state, sink)
  else if (asdu.type === 70) initialized(asdu, sink)
  else if (asdu.type >= 120) filed(asdu, from, state, sink)
  else if (isAsked(asdu)) ask(asdu, from, state, sink)
  else answer(asdu, state, sink)
}

export function ended(state: Iec104State, sink: Sink): void {
  endedAsdu(state, sink)
  for (const [name, side] of state.links) tellLink(name.slice(side.length + 1), undefined, sink)
  state.links.clear()
}

export function endedAsdu(state: AsduState, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, sink)
  state.open.clear()
}

/** Confirmations repeat the command's type; refusals (44 to 47) too. */
function isAsked(asdu: Asdu): boolean {
  return asdu.cause === CAUSE.activation || asdu.cause === CAUSE.deactivation || asdu.cause === CAUSE.requested
}

const PARTS: string[] = []
const partOf = (station: number): string | undefined => (station === BROADCAST ? undefined : (PARTS[station] ??= `station ${station}`))

/** Seven, 16 and 24 bits. */
function openKey(type: number, station: number, address: number): number {
  return (type * 0x1_0000 + station) * 0x100_0000 + address
}

function ask(asdu: Asdu, side: Side, state: AsduState, sink: Sink): void {
  const { open } = state
  const key = openKey(asdu.type, asdu.station, asdu.objects[0]?.address ?? 0)
  if (asdu.type <= 64 && !asdu.isTest) select(key, asdu, state, sink)
  const displaced = open.get(key)
  if (displaced !== undefined) settle(displaced, undefined, sink)
  else if (open.size >= MAX_OPEN) {
    const [oldest, unanswered] = open.entries().next().value!
    open.delete(oldest)
    settle(unanswered, undefined, sink)
  }
  open.delete(key)
  open.set(key, { asdu: { ...asdu, data: asdu.data.slice() }, side })
}

/** An object that is selected before it is commanded is so each time: who leaves that out does not know the station. */
function select(key: number, asdu: Asdu, { selected, unselected }: AsduState, sink: Sink): void {
  const known = selected.get(key)
  if (asdu.cause !== CAUSE.activation) {
    if (known === true) selected.set(key, false)
  } else if (asdu.objects[0]?.isSelect === true) {
    if (known === undefined && selected.size >= MAX_SELECTED) selected.delete(selected.keys().next().value!)
    selected.set(key, true)
  } else if (known !== undefined) {
    if (!known) sink.anomaly(unselected, objectOf(asdu))
    selected.set(key, false)
  }
}

function answer(asdu: Asdu, state: AsduState, sink: Sink): void {
  const address = asdu.objects[0]?.address ?? 0
  const own = openKey(asdu.type, asdu.station, address)
  // Every station confirms a broadcast with its own address.
  const key = state.open.has(own) ? own : openKey(asdu.type, BROADCAST, address)
  const question = state.open.get(key)
  if (question === undefined) {
    // The end of a command follows its confirmation.
    if (asdu.cause !== CAUSE.terminated && state.open.size > 0) sink.anomaly(state.unasked)
    return
  }
  state.open.delete(key)
  settle(question, asdu, sink)
}

function settle(q: Question, a: Asdu | undefined, sink: Sink): void {
  const { asdu } = q
  const ok = a === undefined ? undefined : !a.isNegative && a.cause < 44
  const first = asdu.objects[0]
  const act = (asdu.cause === CAUSE.deactivation ? 2 : 0) + (first?.isSelect ? 1 : 0)
  const key = openKey(asdu.type, asdu.station, first?.address ?? 0) * 4 + act
  const isMore = asdu.objects.length > 1 || asdu.isTest || (first?.qualifier ?? -1) >= 0
  const ours = ok === true && !isMore ? key : `${key}/${ok}/${a?.cause}/${asdu.isTest}/${asdu.objects.length}/${first?.qualifier}`
  tell(ours, sink, () => describe(asdu, a, ok))
  if (asdu.cause === CAUSE.deactivation || asdu.isTest) return
  for (const object of asdu.objects) actOn(asdu, object, ok, q.side, sink)
}

/** What a command does to one object beyond being an operation. */
function actOn(asdu: Asdu, object: InformationObject, ok: boolean | undefined, side: Side, sink: Sink): void {
  const { type } = asdu
  if (type <= 64) {
    if (!object.isSelect && object.value !== undefined) {
      sink.wrote(tagOf(type, object.address), object.value, object.dataType, ok, partOf(asdu.station))
    }
  } else if (type === 103) sink.sayFrom(side, { kind: 'time.set', to: object.time, ok })
  else if (type === 105) {
    if (object.qualifier !== 2) sink.sayFrom(side, { kind: 'device.restarted', how: 'reset process', ok })
  } else if (type >= 110 && type <= 113) {
    const value = object.value === undefined ? `qualifier ${object.qualifier}` : String(object.value)
    sink.sayFrom(side, { kind: 'configuration.changed', what: tagOf(type, object.address), value, ok })
  }
}

function describe(asdu: Asdu, a: Asdu | undefined, ok: boolean | undefined): OperationStatement {
  const { kind, access } = TYPES[asdu.type]!
  const first = asdu.objects[0]
  const isCommand = asdu.type <= 64
  let operation = isCommand ? `${first?.isSelect ? 'select' : 'execute'} ${kind}` : kind
  let does: Access = access
  const freeze = asdu.type === 101 ? FREEZES[(first?.qualifier ?? 0) >> 6]! : ''
  if (freeze !== '') {
    operation = `${freeze} counters`
    does = 'control'
  }
  if (asdu.type === 105 && first?.qualifier === 2) operation = 'reset pending events'
  if (asdu.cause === CAUSE.deactivation) operation = `cancel ${kind}`
  return {
    operation: asdu.isTest ? `${operation} (test)` : operation,
    object: objectOf(asdu),
    access: does,
    ok,
    error: ok === false && a !== undefined ? (a.cause >= 44 ? (CAUSES[a.cause] ?? `cause ${a.cause}`) : 'not confirmed') : '',
    part: partOf(asdu.station),
  }
}

function objectOf(asdu: Asdu): string {
  const { type, objects } = asdu
  if (type >= 120) return fileOf(asdu)
  const first = objects[0]
  if (first === undefined) return ''
  // §7.2.6.22: 20 is the station, 21 to 36 are groups.
  if (type === 100) return first.qualifier === 20 ? 'station' : `group ${first.qualifier - 20}`
  if (type === 101) return (first.qualifier & 0x3f) === 5 ? 'all counters' : `counter group ${first.qualifier & 0x3f}`
  if (type >= 103 && type <= 107) return ''
  const shown = objects.slice(0, MAX_SHOWN).map(({ address }) => (type === READ ? `object ${address}` : tagOf(type, address)))
  return shown.join(', ') + (objects.length > MAX_SHOWN ? `, … ${objects.length} objects` : '')
}

const TAGS = new Map<string, string[]>()
/** Kind and object address: `measured value 600`. */
function tagOf(type: number, address: number): string {
  const { kind } = TYPES[type]!
  if (address > MAX_NAMED) return `${kind} ${address}`
  let names = TAGS.get(kind)
  if (names === undefined) TAGS.set(kind, (names = []))
  return (names[address] ??= `${kind} ${address}`)
}

/** Values in the direction of the control centre: on their own, or answering an interrogation or a read. */
function reported(asdu: Asdu, state: AsduState, sink: Sink): void {
  const { type, station, objects, cause } = asdu
  const part = partOf(station)
  if (cause === CAUSE.requested) for (const object of objects) settleRead(asdu, object.address, state, sink)
  else {
    const key = `${type} ${station} ${cause}`
    if (!sink.again(key)) {
      const why =
        cause >= 21 && cause <= 36
          ? `interrogated group ${cause - 20}`
          : cause >= 38 && cause <= 41
            ? `counter group ${cause - 37}`
            : undefined
      const operation = `report: ${why ?? CAUSES[cause] ?? `cause ${cause}`}`
      sink.operation(key, { operation, object: TYPES[type]!.kind, access: 'read', ok: true, error: '', part })
      // Values come from stations only; said here, where it is new.
      sink.hint('server', 'type', 'rtu', 0.3)
      sink.hint('server', 'role', 'telecontrol station', 0.6)
      sink.hint('server', 'role', 'telecontrol station', 0.6, part)
      sink.hint('client', 'role', 'telecontrol centre', 0.6)
    }
  }
  // Test values are none.
  if (asdu.isTest) return
  const first = objects[0]
  if (first === undefined) return
  const isRepeated = objects.length > 1 && first.time === ''
  if (isRepeated && sink.sameBytes(openKey(type, station, first.address), asdu.data)) return
  for (const { address, value, dataType, quality } of objects) {
    if (value !== undefined) sink.read(tagOf(type, address), value, dataType, part, qualityOf(quality))
  }
}

function settleRead(asdu: Asdu, address: number, state: AsduState, sink: Sink): void {
  const key = openKey(READ, asdu.station, address)
  const question = state.open.get(key)
  if (question === undefined) return
  state.open.delete(key)
  settle(question, asdu, sink)
}

function initialized(asdu: Asdu, sink: Sink): void {
  const cause = INITIALIZED[(asdu.objects[0]?.qualifier ?? 0) & 0x7f] ?? 'reserved cause'
  sink.say({ kind: 'device.diagnosed', what: `station ${asdu.station} initialized: ${cause}`, fault: false })
}

/** Calls, notices and segments follow each other; none confirms another. */
function filed(asdu: Asdu, from: Side, state: AsduState, sink: Sink): void {
  const file = fileOf(asdu)
  tell(`${asdu.type} ${asdu.station} ${file} ${asdu.isNegative}`, sink, () => ({
    operation: TYPES[asdu.type]!.kind,
    object: file,
    access: from === 'client' && asdu.type === 125 ? 'write' : 'read',
    ok: asdu.cause >= 44 || asdu.isNegative ? false : undefined,
    error: asdu.cause >= 44 ? (CAUSES[asdu.cause] ?? '') : '',
    part: partOf(asdu.station),
  }))
  moveFile(asdu, from, state, sink)
}

function observeLink(code: number, from: Side, state: Iec104State, sink: Sink): void {
  const known = UNNUMBERED[code]
  if (known === undefined) return
  const [name, isAsked] = known
  if (isAsked) {
    const key = `${from} ${name}`
    if (state.links.has(key)) tellLink(name, undefined, sink)
    state.links.set(key, from)
    return
  }
  const side: Side = from === 'client' ? 'server' : 'client'
  if (state.links.delete(`${side} ${name}`)) tellLink(name, true, sink)
}

function tellLink(name: string, ok: true | undefined, sink: Sink): void {
  tell(`${name} ${ok}`, sink, () => ({ operation: name, object: '', access: 'session', ok, error: '', part: undefined }))
}

/** Stations test links and send files too: it stays an operation between this client and this server. */
function tell(key: number | string, sink: Sink, describe: () => OperationStatement): void {
  if (!sink.again(key)) sink.operation(key, describe())
}
