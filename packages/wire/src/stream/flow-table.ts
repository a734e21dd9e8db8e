/** The open conversations, found by addresses and ports in either direction. */
import type { FlowRecord } from './flow.ts'
import type { Host } from './hosts.ts'

export class FlowTable {
  #buckets: (FlowRecord | undefined)[] = new Array(1024)
  #mask = 1023
  /** All flows, for sweeps; the order is arbitrary. */
  readonly all: FlowRecord[] = []

  /** Equal for both directions. */
  static hash(a: Host, b: Host, portA: number, portB: number, protocol: number): number {
    let h = Math.imul(a.id + b.id, 0x9e3779b1) ^ Math.imul(a.id ^ b.id, 0x85ebca6b)
    h ^= Math.imul(portA + portB, 0xc2b2ae35) ^ Math.imul(portA ^ portB, 0x27d4eb2f) ^ Math.imul(protocol + 1, 0x165667b1)
    return h ^ (h >>> 15)
  }

  find(hash: number, a: Host, b: Host, portA: number, portB: number, protocol: number, isOneWay: boolean): FlowRecord | undefined {
    let f = this.#buckets[hash & this.#mask]
    while (f !== undefined) {
      if (f.hash === hash && f.protocol === protocol) {
        if (f.client === a && f.server === b && f.clientKey === portA && f.serverKey === portB) return f
        if (!isOneWay && f.client === b && f.server === a && f.clientKey === portB && f.serverKey === portA) return f
      }
      f = f.chain
    }
    return undefined
  }

  add(flow: FlowRecord, hash: number): void {
    flow.hash = hash
    flow.place = this.all.length
    this.all.push(flow)
    const i = hash & this.#mask
    flow.chain = this.#buckets[i]
    this.#buckets[i] = flow
    if (this.all.length > this.#mask) this.#grow()
  }

  remove(flow: FlowRecord): void {
    const i = flow.hash & this.#mask
    let f = this.#buckets[i]
    if (f === flow) this.#buckets[i] = flow.chain
    else {
      while (f !== undefined && f.chain !== flow) f = f.chain
      if (f !== undefined) f.chain = flow.chain
    }
    flow.chain = undefined
    const last = this.all.pop()!
    if (last !== flow) {
      this.all[flow.place] = last
      last.place = flow.place
    }
  }

  #grow(): void {
    this.#mask = this.#mask * 2 + 1
    this.#buckets = new Array(this.#mask + 1)
    for (const flow of this.all) {
      const i = flow.hash & this.#mask
      flow.chain = this.#buckets[i]
      this.#buckets[i] = flow
    }
  }
}
