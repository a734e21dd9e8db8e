/** What a conversation remembers between messages, bounded. */
import type { AssetAttribute } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { OpcuaState } from './opcua.ts'
import type { Service } from './services.table.ts'

/** A question speaks when it is answered, displaced, or when nothing answers it any more. */
export type Question = {
  readonly service: Service
  readonly side: Side
  /** What it is asked of, in words. */
  readonly object: string
  /** What its answer needs: the request's parameters, nothing borrowed. */
  readonly about: unknown
}

/** A monitored item: `fields` of its events by name; '' for an unnamed one. */
export type Item = { readonly tag: string; readonly isValue: boolean; readonly fields: readonly string[] }

export type Memory = {
  readonly open: Map<number, Question>
  hasAsked: boolean
  /** Endpoint URL of the hello, until it is answered. */
  hello: string | undefined
  host: string
  /** Items by subscription and client handle. */
  readonly subscriptions: Map<number, Map<number, Item>>
  items: number
  /** Properties of devices by node: what a browse named `SerialNumber` and the like. */
  readonly properties: Map<string, { readonly attribute: AssetAttribute; readonly part: string }>
  serverState: number | undefined
}

const MAX_OPEN = 256
const MAX_ITEMS = 16_384
const MAX_PROPERTIES = 512

export function memoryOf(state: OpcuaState): Memory {
  return (state.memory ??= {
    open: new Map(),
    hasAsked: false,
    hello: undefined,
    host: '',
    subscriptions: new Map(),
    items: 0,
    properties: new Map(),
    serverState: undefined,
  }) as Memory
}

/** The question that had to give way, if any. */
export function open(memory: Memory, request: number, question: Question): Question | undefined {
  let displaced = memory.open.get(request)
  memory.open.delete(request)
  if (displaced === undefined && memory.open.size >= MAX_OPEN) {
    const [oldest, waiting] = memory.open.entries().next().value!
    memory.open.delete(oldest)
    displaced = waiting
  }
  memory.open.set(request, question)
  return displaced
}

export function monitor(memory: Memory, subscription: number, handle: number, item: Item): void {
  let items = memory.subscriptions.get(subscription)
  if (items === undefined) memory.subscriptions.set(subscription, (items = new Map()))
  if (!items.has(handle)) {
    if (memory.items >= MAX_ITEMS) return
    memory.items++
  }
  items.set(handle, item)
}

export function forget(memory: Memory, subscription: number): void {
  memory.items -= memory.subscriptions.get(subscription)?.size ?? 0
  memory.subscriptions.delete(subscription)
}

export function name(memory: Memory, node: string, attribute: AssetAttribute, part: string): void {
  if (memory.properties.size < MAX_PROPERTIES) memory.properties.set(node, { attribute, part })
}
