/** Addresses as the tracker's tables need them. */
import { addressKind } from '@isthmus/model'

/** The IPv4 address that a reverse name (RFC 1035 §3.5) asks for. */
export function addressOfReverseName(name: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa\.?$/i.exec(name)
  return match === null ? undefined : `${match[4]}.${match[3]}.${match[2]}.${match[1]}`
}

/** How much of a table rows with public addresses may fill: whoever comes from outside must not crowd out the site. */
const OUTSIDE_SHARE = 0.3

/** Counts the rows of a table that have a public address. */
export class OutsideShare {
  readonly #cap: number
  #count = 0

  constructor(cap: number) {
    this.#cap = Math.ceil(cap * OUTSIDE_SHARE)
  }

  /** True when there is room for a row between the two; it is counted. */
  admits(client: string, server: string): boolean {
    if (!isOutside(client, server)) return true
    if (this.#count >= this.#cap) return false
    this.#count++
    return true
  }

  load(client: string, server: string): void {
    if (isOutside(client, server)) this.#count++
  }
}

const isOutside = (client: string, server: string): boolean => addressKind(client) === 'outside' || addressKind(server) === 'outside'
