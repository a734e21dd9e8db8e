/** What answers mean: values, outcomes of writes and calls, sessions, monitored items. */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Of } from './built-in.ts'
import type { Call, Target, Watch, Write } from './describe.ts'
import type { Login } from './identity.ts'
import { forget, type Memory, monitor, name, type Question } from './memory.ts'
import { ATTRIBUTES, SERVER_STATES, VALUE } from './names.table.ts'
import { BUILD_INFO, CERTIFICATE_METHODS, NAMEPLATE, SERVER_NODES, SERVER_STATE, SERVER_STATUS, STATE_CHANGE } from './nodes.table.ts'
import { notified } from './notifications.ts'
import { BODY, type BuildInfo, type ServerStatus } from './objects.ts'
import type { Opcua } from './opcua.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import { clip, isBad, nodeText, qualityOf, statusText, tagValue, typeText } from './text.ts'
import type { DataValue, ExtensionObject } from './variant.ts'

type Outcome = readonly [ok: boolean, error: string]
const NO_WATCHES: { readonly subscription: number; readonly items: readonly Watch[] } = { subscription: 0, items: [] }
const GOOD: Outcome = [true, '']

const opposite = (side: Side): Side => (side === 'client' ? 'server' : 'client')

/** Says what the answer says; whether the operation as a whole was done, and if not, why. */
export function answer(q: Question, m: Opcua, ok: boolean, memory: Memory, sink: Sink): Outcome {
  const refusal = ok ? '' : statusText(m.response!.result)
  const { body } = m
  const isFault = m.service!.id === SERVICE.fault || m.service!.operation !== q.service.operation || body === undefined
  switch (q.service.id) {
    case SERVICE.activateSessionRequest:
      if (q.about !== undefined) loggedIn(q.about as Login, q.side, ok, sink)
      break
    case SERVICE.writeRequest:
      return wrote(q.about as readonly Write[] | undefined, isFault ? [] : (body as Of<typeof s.statusResults>).results, q, refusal, sink)
    case SERVICE.callRequest:
      return called(q.about as readonly Call[] | undefined, isFault ? undefined : (body as Of<typeof s.callResponse>), q, refusal, sink)
    case SERVICE.addNodesRequest:
    case SERVICE.deleteNodesRequest:
    case SERVICE.addReferencesRequest:
    case SERVICE.deleteReferencesRequest:
      sink.sayFrom(q.side, { kind: 'configuration.changed', what: q.service.operation, value: q.object, ok })
      break
    default:
      if (!isFault && ok) return told(q, m, memory, sink)
  }
  return ok ? GOOD : [false, refusal]
}

/** Nobody answered: what was asked for may have happened. */
export function unanswered(q: Question, sink: Sink): void {
  if (q.service.id === SERVICE.activateSessionRequest && q.about !== undefined) loggedIn(q.about as Login, q.side, undefined, sink)
  if (q.service.id === SERVICE.writeRequest) for (const write of (q.about as readonly Write[]) ?? []) written(write, undefined, q, sink)
}

function told(q: Question, m: Opcua, memory: Memory, sink: Sink): Outcome {
  switch (q.service.id) {
    case SERVICE.readRequest:
      return read(q, (m.body as Of<typeof s.readResponse>).results, memory, sink)
    case SERVICE.browseRequest:
      browsed((q.about as readonly string[] | undefined) ?? [], m.body as Of<typeof s.browseResponse>, memory)
      break
    case SERVICE.createItemsRequest:
      return watched(q, m.body as Of<typeof s.createItemsResponse>, memory)
    case SERVICE.deleteSubscriptionsRequest:
      for (const id of (q.about as readonly number[] | undefined) ?? []) forget(memory, id)
      break
    case SERVICE.publishRequest:
      notified(m.body as Of<typeof s.publishResponse>, q.side, memory, sink)
      break
    default:
  }
  return GOOD
}

function loggedIn({ user, method }: Login, side: Side, ok: boolean | undefined, sink: Sink): void {
  sink.sayFrom(side, { kind: 'login.tried', user, domain: '', method, ok })
}

function read(q: Question, results: readonly DataValue[], memory: Memory, sink: Sink): Outcome {
  const targets = (q.about as readonly Target[] | undefined) ?? []
  let refused = 0
  for (let i = 0; i < results.length && i < targets.length; i++) {
    const result = results[i]!
    const target = targets[i]!
    if (result.status !== undefined && isBad(result.status)) refused++
    if (target.attribute !== VALUE) continue
    const value = tagValue(result.value)
    if (value === undefined) continue
    // The server's own nodes: its limits, its clock, its state. No values of the process.
    if (target.numeric >= 0) {
      standard(target.numeric, result, opposite(q.side), memory, sink)
      continue
    }
    const property = memory.properties.get(target.node)
    if (property !== undefined) sink.hint(opposite(q.side), property.attribute, String(value), 1, property.part)
    sink.read(target.tag, value, typeText(result.value!), undefined, qualityOf(result.status))
  }
  return refused > 0 && refused === results.length ? [false, statusText(results[0]!.status!)] : GOOD
}

/** Nodes that every server has. */
function standard(node: number, result: DataValue, server: Side, memory: Memory, sink: Sink): void {
  const held = result.value?.value
  const attribute = SERVER_NODES[node]
  if (attribute !== undefined && typeof held === 'string') sink.hint(server, attribute, clip(readable(held)), 0.9)
  else if (node === BUILD_INFO) build((held as ExtensionObject | undefined)?.body as BuildInfo | undefined, server, sink)
  else if (node === SERVER_STATE && typeof held === 'number') stateIs(held, server, memory, sink)
  else if (node === SERVER_STATUS && (held as ExtensionObject | undefined)?.typeId === BODY.serverStatus) {
    const status = (held as ExtensionObject).body as ServerStatus | undefined
    if (status === undefined) return
    build(status.buildInfo, server, sink)
    stateIs(status.state, server, memory, sink)
  }
}

function build(info: BuildInfo | undefined, server: Side, sink: Sink): void {
  if (info === undefined) return
  sink.hint(server, 'vendor', clip(readable(info.manufacturer)), 0.9)
  sink.hint(server, 'model', clip(readable(info.product)), 0.9)
  const version = [info.product, info.version].filter((part) => part !== '').join(' ')
  sink.hint(server, 'software', clip(readable(version)), 0.9)
}

function stateIs(state: number, server: Side, memory: Memory, sink: Sink): void {
  const [detail, mode] = SERVER_STATES[state] ?? [`state ${state}`, 'unknown' as const]
  const before = memory.serverState
  memory.serverState = state
  sink.hint(server, 'state', detail, 0.9)
  if (before !== undefined && before !== state) {
    sink.sayFrom(opposite(server), { kind: 'mode.changed', mode, by: 'report', detail, ok: true })
  }
}

/** The outcome of the whole: refused when every part was. */
function whole(codes: readonly number[], refusal: string): Outcome {
  if (refusal !== '') return [false, refusal]
  return codes.length > 0 && codes.every(isBad) ? [false, statusText(codes[0]!)] : GOOD
}

function wrote(writes: readonly Write[] | undefined, codes: readonly number[], q: Question, refusal: string, sink: Sink): Outcome {
  writes?.forEach((write, i) => {
    const code = codes[i]
    written(write, refusal !== '' ? false : code === undefined ? undefined : !isBad(code), q, sink)
  })
  return whole(codes, refusal)
}

function written({ tag, attribute, value, type }: Write, ok: boolean | undefined, q: Question, sink: Sink): void {
  if (attribute === VALUE) {
    if (value !== undefined) sink.wrote(tag, value, type, ok)
    return
  }
  const what = `${tag}${ATTRIBUTES[attribute] === undefined ? ' attribute' : ''}`
  sink.sayFrom(q.side, { kind: 'configuration.changed', what, value: String(value ?? ''), ok })
}

function called(
  calls: readonly Call[] | undefined,
  body: Of<typeof s.callResponse> | undefined,
  q: Question,
  refusal: string,
  sink: Sink,
): Outcome {
  const codes = body?.results.map(({ status }) => status) ?? []
  calls?.forEach(({ methodId, object, method, firstInput }, i) => {
    const ok = refusal === '' && codes[i] !== undefined && !isBad(codes[i]!)
    if (CERTIFICATE_METHODS.has(methodId)) sink.sayFrom(q.side, { kind: 'configuration.changed', what: method, value: object, ok })
    if (methodId !== STATE_CHANGE || firstInput === undefined) return
    const [detail, mode] = SERVER_STATES[firstInput] ?? [`state ${firstInput}`, 'unknown' as const]
    sink.sayFrom(q.side, { kind: 'mode.changed', mode, by: 'command', detail, ok })
  })
  return whole(codes, refusal)
}

/** Properties of a device's nameplate, for when they are read. */
function browsed(nodes: readonly string[], { results }: Of<typeof s.browseResponse>, memory: Memory): void {
  results.forEach(({ references }, i) => {
    for (const { browseName, nodeId } of references) {
      const attribute = NAMEPLATE[browseName.name]
      if (attribute !== undefined) name(memory, nodeText(nodeId), attribute, nodes[i] ?? '')
    }
  })
}

function watched(q: Question, { results }: Of<typeof s.createItemsResponse>, memory: Memory): Outcome {
  // A question that could not be read to its end has nothing to be about.
  const { subscription, items } = (q.about ?? NO_WATCHES) as typeof NO_WATCHES
  items.forEach(({ tag, handle, attribute, fields }, i) => {
    const result = results[i]
    if (result !== undefined && !isBad(result.status)) monitor(memory, subscription, handle, { tag, isValue: attribute === VALUE, fields })
  })
  return whole(
    results.map(({ status }) => status),
    '',
  )
}
