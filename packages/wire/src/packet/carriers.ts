/** What frames without IP are read as, spelt once and not for every frame: `eth/0x88b8`, `llc/0x42`, `snap/0x00000c2000`, `ppp`. */
import type { Registry } from '../stream/registry.ts'
import type { Packet } from './packet.ts'

export type Carrier = {
  readonly hint: string
  /** A dissector reads it. */
  readonly isRead: boolean
}

/** A flood of numbers is spelt each time. */
const MAX_KNOWN = 1024
/** Keys of 802.2 service access points and of organisations' protocols begin beyond those of EtherTypes. */
const LLC = 0x1_0000
const SNAP = 0x2_0000
const PPP = -1

export class Carriers {
  readonly #registry: Registry
  readonly #known = new Map<number, Carrier>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  of(p: Packet): Carrier {
    const key = p.isPpp ? PPP : p.snap >= 0 ? SNAP + p.snap : p.llc >= 0 ? LLC + p.llc : p.etherType
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const hint = p.isPpp
      ? 'ppp'
      : p.snap >= 0
        ? `snap/0x${p.snap.toString(16).padStart(10, '0')}`
        : p.llc >= 0
          ? `llc/0x${p.llc.toString(16)}`
          : `eth/0x${p.etherType.toString(16).padStart(4, '0')}`
    const carrier = { hint, isRead: this.#registry.hinted(hint).length > 0 }
    if (this.#known.size < MAX_KNOWN) this.#known.set(key, carrier)
    return carrier
  }
}
