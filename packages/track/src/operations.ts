/** What was done to what by whom, over all time: one row per client, server, protocol, operation, object and part. */
import { derivedId, hostOf, type Operation, type OperationDone } from '@isthmus/model'
import { OutsideShare } from './address.ts'
import type { AssetRecord } from './asset-record.ts'
import { inOrder, LiveCollection, type Mutable } from './live-collection.ts'
import type { Refusals } from './row-set.ts'

/** Beyond the cap of a pair all further objects count here, so that sums stay true. */
const OTHERS = '(others)'

const FIELDS = [
  'id',
  'site',
  'client',
  'server',
  'clientAsset',
  'serverAsset',
  'protocol',
  'operation',
  'object',
  'access',
  'part',
  'count',
  'failed',
  'first',
  'last',
  'ok',
  'evidence',
] as const satisfies readonly (keyof Operation)[]

export class Operations {
  readonly all = new LiveCollection<Operation>()
  readonly #site: string
  readonly #cap: number
  readonly #capOfPair: number
  readonly #refusals: Refusals
  readonly #outside: OutsideShare
  /** Rows for the rest come on top of the cap, up to as many again. */
  #others = 0
  readonly #byKey = new Map<string, Mutable<Operation>>()
  readonly #perPair = new Map<string, number>()

  constructor(site: string, caps: { readonly operations: number; readonly operationsOfPair: number }, refusals: Refusals) {
    this.#site = site
    this.#cap = caps.operations
    this.#outside = new OutsideShare(caps.operations)
    this.#capOfPair = caps.operationsOfPair
    this.#refusals = refusals
  }

  apply(o: OperationDone, client: AssetRecord | undefined, server: AssetRecord | undefined): void {
    const operation = this.#find(o)
    if (operation === undefined) return
    if (o.ok !== undefined) operation.ok = operation.count === 0 ? o.ok : outcome(operation, o.ok)
    operation.count += o.count
    if (o.ok === false) operation.failed += o.count
    operation.first = Math.min(operation.first, o.first)
    operation.last = Math.max(operation.last, o.at)
    if (client?.confirmed) operation.clientAsset = client.id
    if (server?.confirmed) operation.serverAsset = server.id
    this.all.touch(operation.id)
  }

  load(operation: Operation): void {
    const live = inOrder(FIELDS, operation)
    this.all.load(operation.id, live)
    this.#byKey.set(keyOf(live, live.client, live.server, live.object), live)
    this.#countRow(live)
    if (live.object !== OTHERS) this.#outside.load(live.client, live.server)
  }

  #find(o: OperationDone): Mutable<Operation> | undefined {
    const client = hostOf(o.client)
    const server = hostOf(o.server)
    const known = this.#byKey.get(keyOf(o, client, server, o.object))
    if (known !== undefined) return known
    const pair = `${client}|${server}`
    const isFull =
      this.all.size - this.#others >= this.#cap ||
      (this.#perPair.get(pair) ?? 0) >= this.#capOfPair ||
      !this.#outside.admits(client, server)
    if (!isFull) return this.#create(o, client, server, o.object)
    this.#refusals.add('operations')
    const others = this.#byKey.get(keyOf(o, client, server, OTHERS))
    return others ?? (this.#others < this.#cap ? this.#create(o, client, server, OTHERS) : undefined)
  }

  #create(o: OperationDone, client: string, server: string, object: string): Mutable<Operation> {
    const key = keyOf(o, client, server, object)
    const operation: Mutable<Operation> = {
      id: derivedId('operation', this.#site, key),
      site: this.#site,
      client,
      server,
      clientAsset: undefined,
      serverAsset: undefined,
      protocol: o.protocol,
      operation: o.operation,
      object,
      access: o.access,
      part: o.part,
      count: 0,
      failed: 0,
      first: o.first,
      last: o.at,
      ok: undefined,
      evidence: o.evidence,
    }
    this.all.set(operation.id, operation)
    this.#byKey.set(key, operation)
    this.#countRow(operation)
    return operation
  }

  #countRow({ client, server, object }: Operation): void {
    const pair = `${client}|${server}`
    this.#perPair.set(pair, (this.#perPair.get(pair) ?? 0) + 1)
    if (object === OTHERS) this.#others++
  }
}

function keyOf(
  o: { protocol: string; operation: string; part: string | undefined },
  client: string,
  server: string,
  object: string,
): string {
  return `${client}|${server}|${o.protocol}|${o.operation}|${o.part ?? ''}|${object}`
}

/** Undefined stands for two things: nothing answered (then nothing failed), or some did and some did not. */
function outcome(operation: Operation, ok: boolean): boolean | undefined {
  if (operation.ok === undefined) return operation.failed > 0 ? undefined : ok
  return operation.ok === ok ? ok : undefined
}
