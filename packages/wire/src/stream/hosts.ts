/** Interned addresses: one object an address, so that the packet path compares identities and allocates nothing. */
import { ipv4Text, ipv6Text, macText } from '../packet/address.ts'

export class Host {
  readonly id: number
  readonly text: string
  /** IP version, or 0 for a MAC. */
  readonly version: 0 | 4 | 6
  /** Private, link-local or unique-local: what Zeek calls local by default. */
  readonly isLocal: boolean
  constructor(id: number, text: string, version: 0 | 4 | 6, isLocal: boolean) {
    this.id = id
    this.text = text
    this.version = version
    this.isLocal = isLocal
  }
}

/** A million addresses is a flood, not a plant: past it the table starts anew and says so. */
const MAX_HOSTS = 1 << 20

export class Hosts {
  #mask = 1023
  #slots: (Host | undefined)[] = new Array(1024)
  #keys = new Int32Array(1024 * 5)
  #size = 0
  #next = 1
  resets = 0

  ipv4(b: Uint8Array, at: number): Host {
    return this.#find(4, (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!, 0, 0, 0, b, at)
  }

  ipv6(b: Uint8Array, at: number): Host {
    return this.#find(6, word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12), b, at)
  }

  mac(b: Uint8Array, at: number): Host {
    return this.#find(2, word(b, at), (b[at + 4]! << 8) | b[at + 5]!, 0, 0, b, at)
  }

  #find(kind: number, w0: number, w1: number, w2: number, w3: number, b: Uint8Array, at: number): Host {
    let h = Math.imul(w0 ^ (kind << 27), 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ Math.imul(w3, 0x27d4eb2f)
    h ^= h >>> 15
    let i = h & this.#mask
    for (;;) {
      const host = this.#slots[i]
      if (host === undefined) return this.#add(i, kind, w0, w1, w2, w3, b, at)
      const k = i * 5
      const keys = this.#keys
      if (keys[k] === kind && keys[k + 1] === w0 && keys[k + 2] === w1 && keys[k + 3] === w2 && keys[k + 4] === w3) return host
      i = (i + 1) & this.#mask
    }
  }

  #add(slot: number, kind: number, w0: number, w1: number, w2: number, w3: number, b: Uint8Array, at: number): Host {
    if (this.#size >= MAX_HOSTS) {
      this.resets++
      this.#mask = 1023
      this.#slots = new Array(1024)
      this.#keys = new Int32Array(1024 * 5)
      this.#size = 0
      return this.#find(kind, w0, w1, w2, w3, b, at)
    }
    const host =
      kind === 4
        ? new Host(this.#next++, ipv4Text(w0), 4, isLocalV4(w0))
        : kind === 6
          ? new Host(this.#next++, ipv6Text(b, at), 6, isLocalV6(w0, w1, w2, w3))
          : new Host(this.#next++, macText(b, at), 0, true)
    this.#slots[slot] = host
    this.#keys.set([kind, w0, w1, w2, w3], slot * 5)
    this.#size++
    if (this.#size * 2 > this.#mask) this.#grow()
    return host
  }

  #grow(): void {
    const slots = this.#slots
    const keys = this.#keys
    const size = (this.#mask + 1) * 2
    this.#mask = size - 1
    this.#slots = new Array(size)
    this.#keys = new Int32Array(size * 5)
    for (let old = 0; old < slots.length; old++) {
      const host = slots[old]
      if (host === undefined) continue
      const k = keys.subarray(old * 5, old * 5 + 5)
      let h =
        Math.imul(k[1]! ^ (k[0]! << 27), 0x9e3779b1) ^
        Math.imul(k[2]!, 0x85ebca6b) ^
        Math.imul(k[3]!, 0xc2b2ae35) ^
        Math.imul(k[4]!, 0x27d4eb2f)
      h ^= h >>> 15
      let i = h & this.#mask
      while (this.#slots[i] !== undefined) i = (i + 1) & this.#mask
      this.#slots[i] = host
      this.#keys.set(k, i * 5)
    }
  }
}

function word(b: Uint8Array, at: number): number {
  return (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
}

/** Blocks that never leave a site or a document: RFC 6890 §2.2.2, and multicast of local scope (RFC 5771 §4, §11). */
function isLocalV4(w: number): boolean {
  const a = w >>> 24
  const b = (w >>> 16) & 255
  const abc = w >>> 8
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 239 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 198 && (b & 0xfe) === 18) ||
    abc === 0xc00000 ||
    abc === 0xc00002 ||
    abc === 0xc63364 ||
    abc === 0xcb0071 ||
    abc === 0xe00000
  )
}

/** RFC 6890 §2.2.3: unspecified, loopback, link-local, site-local, unique-local, 100::/64, 2001::/23, documentation. */
function isLocalV6(w0: number, w1: number, w2: number, w3: number): boolean {
  const top = w0 >>> 16
  if (w0 === 0 && w1 === 0 && w2 === 0) return w3 === 0 || w3 === 1
  return (
    (top & 0xffc0) === 0xfe80 ||
    (top & 0xffc0) === 0xfec0 ||
    (top & 0xfe00) === 0xfc00 ||
    w0 >>> 9 === 0x20010000 >>> 9 ||
    w0 >>> 0 === 0x20010db8 ||
    (w0 === 0x01000000 && w1 === 0)
  )
}
