/** The protection of Initial packets, whose keys follow from a connection id that everybody sees (RFC 9001 §5.2 to §5.4). */
import { Aes128 } from '../cipher/aes.ts'
import { Gcm } from '../cipher/gcm.ts'
import { expandLabel, extract } from '../hash/hkdf.ts'
import type { Version } from './quic.table.ts'

const SAMPLE = 16

export class InitialKeys {
  readonly #gcm: Gcm
  readonly #iv: Uint8Array
  readonly #header: Aes128

  constructor(version: Version, connection: Uint8Array, isClient: boolean) {
    const salt = Uint8Array.from(version.salt.match(/../g) ?? [], (b) => Number.parseInt(b, 16))
    const secret = expandLabel(extract(salt, connection), isClient ? 'client in' : 'server in', 32)
    this.#gcm = new Gcm(expandLabel(secret, `${version.label} key`, 16))
    this.#iv = expandLabel(secret, `${version.label} iv`, 12)
    this.#header = new Aes128(expandLabel(secret, `${version.label} hp`, 16))
  }

  /** The frames of a packet whose number starts at `numberAt`; undefined when the keys are not its own. */
  open(packet: Uint8Array, numberAt: number): Uint8Array | undefined {
    if (packet.length < numberAt + 4 + SAMPLE) return undefined
    const mask = this.#header.encrypt(packet.slice(numberAt + 4, numberAt + 4 + SAMPLE))
    const first = packet[0]! ^ (mask[0]! & 0x0f)
    const size = (first & 3) + 1
    const head = packet.slice(0, numberAt + size)
    head[0] = first
    const nonce = this.#iv.slice()
    for (let i = 0; i < size; i++) {
      head[numberAt + i]! ^= mask[1 + i]!
      nonce[12 - size + i]! ^= head[numberAt + i]!
    }
    return this.#gcm.open(nonce, packet.subarray(numberAt + size), head)
  }
}
