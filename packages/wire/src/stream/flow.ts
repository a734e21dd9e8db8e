/** One conversation between two addresses: who, how much, in what state. */
import type { Flow } from '../dissector.ts'
import type { Conversation } from './conversation.ts'
import type { Half } from './half.ts'
import type { Host } from './hosts.ts'
import { flipHistory, TcpState } from './tcp-state.ts'

export type Transport = 'tcp' | 'udp' | 'icmp' | 'ip' | 'ethernet'

const NONE: readonly string[] = []

/** What was counted in one direction. Payload as the headers claim it; wire bytes are whole frames. */
export class Counts {
  packets = 0
  payload = 0
  /** What datagrams say they have beyond their packets: not in `payload`. */
  overstated = 0
  wire = 0
  ip = 0
  /** Of these, packets whose IP header says that they are longer than their frame. */
  cut: Counts | undefined = undefined

  addCut(payload: number, ip: number): void {
    this.cut ??= new Counts()
    this.cut.packets++
    this.cut.payload += payload
    this.cut.ip += ip
  }
}

export class FlowRecord implements Flow {
  readonly id: number
  readonly transport: Transport
  /** IP protocol number, or EtherType for Ethernet flows. */
  readonly protocol: number
  client: Host
  server: Host
  clientPort: number | undefined
  serverPort: number | undefined
  /** What tells flows of the same hosts apart: the ports, or the type and the answering type of ICMP. */
  clientKey: number
  serverKey: number
  clientMac: string
  serverMac: string
  readonly vlan: number | undefined
  directionKnown: boolean
  readonly startedAt: number
  lastAt: number
  readonly firstPacket: number
  lastPacket: number
  up = new Counts()
  down = new Counts()
  readonly tcp: TcpState | undefined
  /** Who has spoken, in order, as history letters of conn.log; TCP has its own. */
  heard = ''
  upHalf: Half | undefined = undefined
  downHalf: Half | undefined = undefined
  conversation: Conversation | undefined = undefined
  /** Protocols heard in it, in order. */
  services: readonly string[] = NONE
  /** What was told once to be odd about it. */
  oddities: readonly string[] = NONE
  /** Encapsulation: 0 for the frame itself. */
  readonly depth: number
  /** The first packet came from the server. */
  isReversed = false
  /** What told client from server: a handshake, a port (or who was heard first), or the content. */
  toldBy: 'handshake' | 'port' | 'content' = 'port'
  /** The tunnel it was first seen in. */
  parent: FlowRecord | undefined = undefined
  /** A stream between ports of which at least one is a server's: that, or the lower, told who is the client. */
  isAtServerPort = false
  /** Other flows pass inside it. */
  isTunnel = false
  /** It ended before the capture did. */
  hasExpired = false
  /** Engine's bookkeeping: next in the hash bucket, place in the list of all. */
  chain: FlowRecord | undefined = undefined
  place = 0
  hash = 0
  /** Its last packet when it was last swept over, and until when silence does not end it. */
  lookedAt = 0
  quietUntil = 0
  /** For whoever listens: what was reported last. */
  reported: unknown = undefined
  #uid = ''

  constructor(
    id: number,
    transport: Transport,
    protocol: number,
    client: Host,
    server: Host,
    keys: readonly [client: number, server: number],
    at: { us: number; packet: number; vlan: number; depth: number },
    macs: readonly [string, string],
    directionKnown: boolean,
  ) {
    this.id = id
    this.transport = transport
    this.protocol = protocol
    this.client = client
    this.server = server
    const hasPorts = transport === 'tcp' || transport === 'udp'
    this.clientPort = hasPorts ? keys[0] : undefined
    this.serverPort = hasPorts ? keys[1] : undefined
    this.clientKey = keys[0]
    this.serverKey = keys[1]
    this.clientMac = macs[0]
    this.serverMac = macs[1]
    this.vlan = at.vlan < 0 ? undefined : at.vlan
    this.startedAt = at.us
    this.lastAt = at.us
    this.firstPacket = at.packet
    this.lastPacket = at.packet
    this.depth = at.depth
    this.directionKnown = directionKnown
    this.tcp = transport === 'tcp' ? new TcpState() : undefined
  }

  get clientIp(): string | undefined {
    return this.client.version === 0 ? undefined : this.client.text
  }

  get serverIp(): string | undefined {
    return this.server.version === 0 ? undefined : this.server.text
  }

  get hasBothSides(): boolean {
    return this.up.packets > 0 && this.down.packets > 0
  }

  /** Its sides may not change any more: they are known, or another protocol was read in its datagrams before. */
  get isSettled(): boolean {
    return this.directionKnown || (this.transport === 'udp' && this.services !== NONE)
  }

  /**
   * The content says who speaks, as it was guessed or not; true when that turns the flow. Carried protocols may have both ends ask: against
   * a server's port their word makes nothing known.
   */
  told(isAsGuessed: boolean, depth: number): boolean {
    if (!isAsGuessed && depth > 0 && this.isAtServerPort) return false
    this.directionKnown = true
    if (isAsGuessed) return false
    this.toldBy = 'content'
    this.flip()
    return true
  }

  /** Zeek's form: C and 17 letters and digits, derived from who and when. */
  get uid(): string {
    if (this.#uid === '') this.#uid = connectionUid(this)
    return this.#uid
  }

  addService(name: string): void {
    if (this.services === NONE) this.services = [name]
    else if (!this.services.includes(name)) this.services = [...this.services, name]
  }

  /** The content showed that the sides were guessed wrong. */
  flip(): void {
    ;[this.client, this.server] = [this.server, this.client]
    ;[this.clientPort, this.serverPort] = [this.serverPort, this.clientPort]
    ;[this.clientKey, this.serverKey] = [this.serverKey, this.clientKey]
    ;[this.clientMac, this.serverMac] = [this.serverMac, this.clientMac]
    ;[this.up, this.down] = [this.down, this.up]
    ;[this.upHalf, this.downHalf] = [this.downHalf, this.upHalf]
    this.isReversed = !this.isReversed
    this.tcp?.flip()
    this.heard = flipHistory(this.heard)
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const DIGITS_AT = 52

const uid = new Array<number>(18).fill(0x43)

/** Mixes the identity into two words and spells 17 letters from them; on the path of every short connection. */
function connectionUid(f: FlowRecord): string {
  let a = mix(mix(f.protocol + 0x9e37, f.clientPort ?? 0), f.serverPort ?? 0)
  let b = mix(mix(f.firstPacket, f.startedAt % 0x1_0000_0000), Math.floor(f.startedAt / 0x1_0000_0000))
  for (const text of [f.client.text, f.server.text]) {
    for (let i = 0; i < text.length; i++) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = mix(b, a)
  }
  let hasDigit = false
  // Joined at once: adding letter by letter leaves a chain of strings behind.
  for (let i = 0; i < 17; i++) {
    a = mix(a, b + i)
    const letter = (a >>> 8) % 62
    hasDigit ||= letter >= DIGITS_AT
    uid[i + 1] = LETTERS.charCodeAt(letter)
  }
  // What tells ids by their form asks for one.
  if (!hasDigit) uid[17] = LETTERS.charCodeAt(DIGITS_AT + ((a >>> 8) % 10))
  return String.fromCharCode.apply(null, uid)
}

function mix(h: number, word: number): number {
  let x = Math.imul(h ^ word, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return x ^ (x >>> 16)
}
