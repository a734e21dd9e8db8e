/** The dissectors, indexed by where they are looked for. */
import { type Dissector, type Flow, NOT_MINE, type Side } from '../dissector.ts'
import { probe } from './probe.ts'
import { SERVER_PORTS } from './server-ports.table.ts'

// biome-ignore lint/suspicious/noExplicitAny: the registry holds dissectors of every message type
export type AnyDissector = Dissector<any, any>

/** A dissector with a stable shape, so that the engine's loads stay monomorphic whatever literal it came from. */
export class Registered {
  readonly index: number
  readonly name: string
  readonly maxFrame: number
  readonly portOnly: boolean
  readonly idleUs: number | undefined
  readonly isSessionless: boolean
  readonly dissector: AnyDissector
  readonly ports: readonly string[]
  readonly frame: AnyDissector['frame']
  readonly key: AnyDissector['key']
  readonly parse: AnyDissector['parse']
  readonly carries: AnyDissector['carries']
  readonly expects: AnyDissector['expects']
  readonly staysOpen: AnyDissector['staysOpen']

  constructor(index: number, d: AnyDissector) {
    this.index = index
    this.name = d.name
    this.maxFrame = d.maxFrame
    this.portOnly = d.portOnly ?? false
    this.idleUs = d.idleUs
    this.isSessionless = d.sessionless ?? false
    this.dissector = d
    this.ports = d.ports
    this.frame = d.frame.bind(d)
    this.key = d.key?.bind(d)
    this.parse = d.parse.bind(d)
    this.carries = d.carries?.bind(d)
    this.expects = d.expects?.bind(d)
    this.staysOpen = d.staysOpen?.bind(d)
  }
}

export class Registry {
  readonly all: readonly Registered[]
  readonly #byHint = new Map<string, Registered[]>()
  readonly #probes: Record<'tcp' | 'udp', Registered[]> = { tcp: [], udp: [] }
  /** By side and first byte: those of the TCP probes that a stream may begin with it. */
  readonly #starters: (Registered[] | undefined)[] = new Array(512)
  /** By port number: whose port it is. */
  readonly #tcpPorts: (Registered[] | undefined)[] = new Array(65_536)
  readonly #udpPorts: (Registered[] | undefined)[] = new Array(65_536)

  constructor(dissectors: readonly AnyDissector[]) {
    this.all = dissectors.map((d, i) => new Registered(i, d))
    for (const port of SERVER_PORTS.tcp) this.#tcpPorts[port] = []
    for (const port of SERVER_PORTS.udp) this.#udpPorts[port] = []
    for (const r of this.all) {
      for (const hint of r.ports) {
        const list = this.#byHint.get(hint)
        if (list === undefined) this.#byHint.set(hint, [r])
        else list.push(r)
        const [carrier, port] = hint.split('/')
        if (carrier === 'tcp') this.#tcpPorts[Number(port)] = this.#byHint.get(hint)
        if (carrier === 'udp') this.#udpPorts[Number(port)] = this.#byHint.get(hint)
      }
      for (const carrier of ['tcp', 'udp'] as const) {
        if (!r.portOnly && r.ports.some((hint) => hint.startsWith(`${carrier}/`))) this.#probes[carrier].push(r)
      }
    }
  }

  /** Those that call this port their own. */
  owners(carrier: string, port: number | undefined): readonly Registered[] {
    const list = carrier === 'tcp' ? this.#tcpPorts : this.#udpPorts
    return port === undefined ? NONE : (list[port] ?? NONE)
  }

  hinted(hint: string): readonly Registered[] {
    return this.#byHint.get(hint) ?? NONE
  }

  /** True when a server is expected at this port. */
  isServerPort(transport: 'tcp' | 'udp', port: number): boolean {
    return (transport === 'tcp' ? this.#tcpPorts : this.#udpPorts)[port] !== undefined
  }

  /** Those worth trying on any port, by content. */
  probes(carrier: string): readonly Registered[] {
    return carrier === 'tcp' || carrier === 'udp' ? this.#probes[carrier] : this.hinted(carrier)
  }

  /**
   * The same for a stream that begins with this byte. A protocol may not mind where a stream is cut, so what refuses the first
   * byte alone refuses all that begins with it: asked once, not for every connection.
   */
  starters(carrier: string, from: Side, first: number): readonly Registered[] {
    if (carrier !== 'tcp') return this.probes(carrier)
    const at = from === 'client' ? first : 256 + first
    let starters = this.#starters[at]
    if (starters === undefined) {
      firstByte[0] = first
      starters = this.#probes.tcp.filter((candidate) => probe(candidate, from, firstByte, 0, 1, NOWHERE) !== NOT_MINE)
      this.#starters[at] = starters
    }
    return starters
  }
}

const firstByte = new Uint8Array(1)
/** Between nobody and nobody: a protocol's own ports are asked apart. */
const NOWHERE: Flow = {
  id: 0,
  uid: '',
  transport: 'tcp',
  clientIp: undefined,
  serverIp: undefined,
  clientMac: '',
  serverMac: '',
  clientPort: undefined,
  serverPort: undefined,
  vlan: undefined,
  directionKnown: true,
  hasBothSides: false,
  startedAt: 0,
}
const NONE: readonly Registered[] = []
