/** The one flat network of the re-enacted plant: its wire, its chance and its client ports. */
import type { Host } from '../hosts.table.ts'
import { LAN, type Pace, TcpFlow } from '../network/tcp.ts'
import { Wire } from '../network/wire.ts'
import { Random } from '../random.ts'

export class Network {
  readonly wire = new Wire()
  readonly random: Random
  readonly #ports = new Map<string, number>()
  #flows = 0

  constructor(seed: string) {
    this.random = new Random(seed)
  }

  flow(client: Host, server: Host, serverPort: number, pace: Pace = LAN): TcpFlow {
    return new TcpFlow(this.wire, this.random.fork(`flow ${this.#flows++}`), client, this.port(client), server, serverPort, pace)
  }

  /** The next client port of a host, as its stack would count. */
  port(host: Host): number {
    const next = this.#ports.get(host.ip) ?? 49152 + (this.random.fork(`ports of ${host.ip}`).u32() % 8000)
    this.#ports.set(host.ip, next + 1 > 65500 ? 49152 : next + 1)
    return next
  }
}
