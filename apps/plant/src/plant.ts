/**
 * The running plant: the process, the servers of its controllers, and what every script needs to make two hosts talk.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { serveCip } from './controllers/cip-server.ts'
import { DISTRIBUTION_IDENTITY, distributionTags } from './controllers/distribution.ts'
import { DosingMemory } from './controllers/dosing.ts'
import {
  FIELD_IDENTIFICATION,
  fieldUnits,
  INTAKE_IDENTIFICATION,
  intakeUnit,
  type RunningServer,
  serveModbus,
} from './controllers/modbus.ts'
import { serveS7 } from './controllers/s7-server.ts'
import type { Host } from './hosts.table.ts'
import { listen } from './network/tap.ts'
import { INTERNET, LAN, type Pace, TcpFlow } from './network/tcp.ts'
import { Wire } from './network/wire.ts'
import { WaterWorks } from './process/water-works.ts'
import { Random } from './random.ts'

export type Respond = (request: IncomingMessage, response: ServerResponse) => void

/** Seconds the process runs before the first packet: the loops find their balance. */
const WARM_UP = 1800

export class Plant {
  readonly wire = new Wire()
  readonly random: Random
  readonly works: WaterWorks
  readonly dosing: DosingMemory
  /** Event time of the first packet, microseconds. */
  readonly startAt: number
  /** The next answer of the plant's web server, set by whoever makes the request. */
  respond: Respond = (_, response) => response.end()

  /** What operators can change from where they sit, by name; filled by the stations that are connected. */
  readonly operators = new Map<string, (value: number, at: number) => Promise<unknown>>()

  readonly #servers = new Map<'intake' | 'field' | 'dosing' | 'distribution', RunningServer>()
  readonly #ports = new Map<string, number>()
  #web: Server | undefined
  #webPort = 0
  #flows = 0

  constructor(seed: string, startAt: number) {
    this.startAt = startAt
    this.random = new Random(seed)
    const hour = this.hourAt(-WARM_UP)
    this.works = new WaterWorks(this.random.fork('process'), hour)
    for (let s = -WARM_UP; s < 0; s += 5) this.works.step(5, this.hourAt(s))
    this.dosing = new DosingMemory(this.works, this.random.fork('program'))
  }

  async start(): Promise<void> {
    this.#servers.set('intake', await serveModbus(new Map([[255, intakeUnit(this.works)]]), INTAKE_IDENTIFICATION))
    this.#servers.set('field', await serveModbus(fieldUnits(this.works), FIELD_IDENTIFICATION))
    this.#servers.set('dosing', await serveS7(this.dosing))
    this.#servers.set('distribution', await serveCip(DISTRIBUTION_IDENTITY, distributionTags(this.works)))
    this.#web = createServer((request, response) => {
      // The date is the script's, not this machine's.
      response.sendDate = false
      this.respond(request, response)
    })
    this.#webPort = await listen(this.#web)
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) await server.close()
    const web = this.#web
    if (web) {
      web.closeAllConnections()
      await new Promise<void>((done) => web.close(() => done()))
    }
  }

  /** An operator's change at a station, over its standing connection. */
  async operate(what: string, value: number, at: number): Promise<void> {
    await this.operators.get(what)?.(value, at)
  }

  /** Loopback port of a controller's server. */
  serverPort(name: 'intake' | 'field' | 'dosing' | 'distribution'): number {
    const server = this.#servers.get(name)
    if (!server) throw new Error(`the plant's ${name} server is not started`)
    return server.port
  }

  get webPort(): number {
    return this.#webPort
  }

  /** Hour of the day, UTC, `seconds` after the start. */
  hourAt(seconds: number): number {
    return ((this.startAt / 1_000_000 + seconds) / 3600) % 24
  }

  /** The next client port of a host, as its stack would count. */
  port(host: Host): number {
    const next = this.#ports.get(host.ip) ?? 49152 + (this.random.fork(`ports of ${host.ip}`).u32() % 8000)
    this.#ports.set(host.ip, next + 1 > 65500 ? 49152 : next + 1)
    return next
  }

  flow(client: Host, server: Host, serverPort: number, pace?: Pace): TcpFlow {
    const outside = client.external || server.external
    const random = this.random.fork(`flow ${this.#flows++}`)
    return new TcpFlow(this.wire, random, client, this.port(client), server, serverPort, pace ?? (outside ? INTERNET : LAN))
  }
}
