/** Requests in words: what they are asked of, and what of them their answer needs. */
import type { TagValue } from '@isthmus/model'
import { readable } from '../byte-text.ts'
import type { NodeId, Of } from './built-in.ts'
import { ATTRIBUTES, VALUE } from './names.table.ts'
import { METHODS } from './nodes.table.ts'
import * as o from './objects.ts'
import type { Opcua } from './opcua.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import { clip, nameText, nodeText, tagValue, typeText } from './text.ts'
import type { ExtensionObject } from './variant.ts'

/** Nodes named in an operation's object. */
const MAX_SHOWN = 8

export type Target = { readonly tag: string; readonly node: string; readonly numeric: number; readonly attribute: number }
/** `value` is undefined for null. */
export type Write = Target & { readonly value: TagValue | undefined; readonly type: string }
export type Call = { readonly object: string; readonly method: string; readonly methodId: number; readonly firstInput: number | undefined }
export type Watch = Target & { readonly handle: number; readonly fields: readonly string[] }

export type Asked = { readonly object: string; readonly about: unknown }

export function describe(m: Opcua): Asked {
  const { body } = m
  switch (body === undefined ? 0 : m.service!.id) {
    case SERVICE.readRequest: {
      const targets = (body as Of<typeof s.readRequest>).nodes.map((n) => target(n.nodeId, n.attributeId, n.indexRange))
      return { object: tags(targets), about: targets }
    }
    case SERVICE.writeRequest: {
      const writes = (body as Of<typeof s.writeRequest>).nodes.map((n): Write => {
        const v = n.value.value
        return { ...target(n.nodeId, n.attributeId, n.indexRange), value: tagValue(v), type: v === undefined ? '' : typeText(v) }
      })
      return { object: tags(writes), about: writes }
    }
    case SERVICE.browseRequest: {
      const nodes = (body as Of<typeof s.browseRequest>).nodes.map((n) => nodeText(n.nodeId))
      return { object: some(nodes), about: nodes }
    }
    case SERVICE.callRequest: {
      const calls = (body as Of<typeof s.callRequest>).methods.map(call)
      return { object: some(calls.map(({ object, method }) => `${object} ${method}`)), about: calls }
    }
    case SERVICE.createItemsRequest: {
      const b = body as Of<typeof s.createItemsRequest>
      const items = b.items.map(({ item, parameters }): Watch => {
        const what = target(item.nodeId, item.attributeId, item.indexRange)
        return { ...what, handle: parameters.clientHandle, fields: fieldsOf(parameters.filter) }
      })
      return { object: tags(items), about: { subscription: b.subscriptionId, items } }
    }
    case SERVICE.deleteSubscriptionsRequest:
      return { object: '', about: (body as Of<typeof s.deleteSubscriptionsRequest>).subscriptionIds }
    case SERVICE.activateSessionRequest:
      return { object: '', about: undefined }
    case SERVICE.createSessionRequest:
      return { object: readable((body as Of<typeof s.createSessionRequest>).endpointUrl), about: undefined }
    case SERVICE.getEndpointsRequest:
      return { object: readable((body as Of<typeof s.getEndpointsRequest>).endpointUrl), about: undefined }
    default:
      return { object: some(namesIn(m)), about: undefined }
  }
}

/** What services name that nobody remembers. */
function namesIn(m: Opcua): string[] {
  const { body } = m
  switch (body === undefined ? 0 : m.service!.id) {
    case SERVICE.registerServerRequest:
    case SERVICE.registerServer2Request:
      return [readable((body as Of<typeof s.registerServerRequest>).server.serverUri)]
    case SERVICE.addNodesRequest:
      return (body as Of<typeof s.addNodesRequest>).nodes.map((n) => `${nameText(n.browseName)} at ${nodeText(n.parent)}`)
    case SERVICE.deleteNodesRequest:
      return (body as Of<typeof s.deleteNodesRequest>).nodes.map((n) => nodeText(n.nodeId))
    case SERVICE.addReferencesRequest:
    case SERVICE.deleteReferencesRequest:
      return (body as Of<typeof s.addReferencesRequest>).references.map((r) => `${nodeText(r.source)} to ${nodeText(r.target)}`)
    case SERVICE.translateRequest:
      return (body as Of<typeof s.translateRequest>).paths.map(
        ({ start, path }) => `${nodeText(start)}/${path.elements.map((e) => nameText(e.targetName)).join('/')}`,
      )
    case SERVICE.queryFirstRequest:
      return (body as Of<typeof s.queryFirstRequest>).nodeTypes.map((n) => `instances of ${nodeText(n.typeDefinition)}`)
    case SERVICE.registerNodesRequest:
      return (body as Of<typeof s.nodesRequest>).nodes.map(nodeText)
    case SERVICE.historyReadRequest:
      return (body as Of<typeof s.historyReadRequest>).nodes.map((n) => nodeText(n.nodeId))
    case SERVICE.historyUpdateRequest:
      return (body as Of<typeof s.historyUpdateRequest>).details.map((d) =>
        d.typeId === o.BODY.updateData && d.body !== undefined ? nodeText((d.body as o.UpdateData).nodeId) : nodeText(d.type),
      )
    default:
      return []
  }
}

function target(id: NodeId, attribute: number, range: string): Target {
  const node = nodeText(id)
  const numeric = id.namespace <= 0 && typeof id.id === 'number' ? id.id : -1
  const place = range === '' ? node : `${node}[${clip(readable(range))}]`
  return { tag: attribute === VALUE ? place : `${place} ${ATTRIBUTES[attribute] ?? attribute}`, node, numeric, attribute }
}

function call({ objectId, methodId, inputs }: Of<typeof s.callRequest>['methods'][number]): Call {
  const standard = methodId.namespace <= 0 && typeof methodId.id === 'number' ? methodId.id : -1
  const [first] = inputs
  return {
    object: nodeText(objectId),
    method: METHODS[standard] ?? nodeText(methodId),
    methodId: standard,
    firstInput: typeof first?.value === 'number' ? first.value : undefined,
  }
}

/** The last name of each select clause: what an event's fields are called. */
function fieldsOf(filter: ExtensionObject): string[] {
  if (filter.typeId !== o.BODY.eventFilter || filter.body === undefined) return []
  return (filter.body as o.EventFilter).select.map(({ path }) => clip(readable(path.at(-1)?.name ?? '')))
}

/** Several attributes of one node are one name. */
function tags(targets: readonly Target[]): string {
  if (targets.length < 2) return targets[0]?.tag ?? ''
  return some([...new Set(targets.map(({ tag, node, attribute }) => (attribute === VALUE ? tag : `${node} attributes`)))])
}

function some(names: readonly string[]): string {
  if (names.length <= MAX_SHOWN) return names.join(', ')
  return `${names.slice(0, MAX_SHOWN).join(', ')}, … ${names.length} in all`
}
