/** A device or host of a site, merged from what the wire says of it. */
import type { Endpoint, Evidence, Micros } from './endpoint.ts'
import type { AssetAttribute, ModeChanged, TagValue } from './observation.ts'

/** One piece of evidence for one attribute. The asset's attribute is its strongest fact; the others stay visible. */
export type Fact = {
  readonly attribute: AssetAttribute
  readonly value: string
  readonly protocol: string
  readonly confidence: number
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly evidence: Evidence
}

export type AssetType =
  | 'plc'
  | 'safety-controller'
  | 'rtu'
  | 'ied'
  | 'drive'
  | 'io-module'
  | 'hmi'
  | 'engineering-station'
  | 'scada-server'
  | 'historian'
  | 'gateway'
  | 'switch'
  | 'router'
  | 'firewall'
  | 'access-point'
  | 'server'
  | 'domain-controller'
  | 'workstation'
  | 'printer'
  | 'camera'
  | 'phone'
  | 'sensor'
  | 'building-controller'
  | 'medical'
  | 'external'
  | 'unknown'

/** A part inside or behind an asset: a module in a rack, a unit behind a gateway. */
export type Module = {
  readonly part: string
  readonly vendor: string | undefined
  readonly model: string | undefined
  readonly orderCode: string | undefined
  readonly firmware: string | undefined
  readonly serial: string | undefined
  readonly facts: readonly Fact[]
}

/** What a device does with its program, as it said itself or as it was told and obeyed. Where its key stands is another matter. */
export type OperatingMode = {
  readonly mode: Extract<ModeChanged['mode'], 'run' | 'stop' | 'program' | 'test' | 'fault'>
  readonly since: Micros
  /** When it was last told. */
  readonly heardAt: Micros
  /** The mode before this one, where it was told. */
  readonly before: OperatingMode['mode'] | undefined
}

export type Asset = {
  /** Derived from site and first identity; stable for the same capture. */
  readonly id: string
  readonly site: string
  readonly names: readonly string[]
  readonly ips: readonly string[]
  readonly macs: readonly string[]
  readonly vlans: readonly number[]
  readonly vendor: string | undefined
  readonly model: string | undefined
  readonly family: string | undefined
  readonly orderCode: string | undefined
  readonly hardware: string | undefined
  readonly firmware: string | undefined
  readonly serial: string | undefined
  readonly os: string | undefined
  readonly type: AssetType
  /** What it does here, from behaviour: `controller`, `modbus client`, `dns server` … */
  readonly role: string
  readonly roles: readonly string[]
  /** 0 to 5 in steps of 0.5 (IEC 62443 / Purdue reference model); undefined when nothing tells. */
  readonly purdueLevel: number | undefined
  readonly purdueSource: 'inferred' | 'set' | undefined
  /** True once the host itself has spoken; a scanned address that never answered is never an asset. */
  readonly confirmed: boolean
  readonly isExternal: boolean
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly protocols: readonly string[]
  readonly modules: readonly Module[]
  readonly operating?: OperatingMode | undefined
  readonly facts: readonly Fact[]
  /** Attributes a person has set; they win over every fact. */
  readonly overrides: Readonly<Record<string, string>>
  /** 0 to 100: how much of what matters is known. */
  readonly visibility: number
}

export type Session = {
  readonly id: string
  readonly site: string
  readonly sensor: string
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly client: Endpoint
  readonly server: Endpoint
  readonly directionKnown: boolean
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'ip' | 'ethernet'
  readonly protocol: string
  readonly vlan: number | undefined
  readonly state: 'tried' | 'open' | 'closed' | 'rejected' | 'reset' | 'expired'
  readonly connState: string
  readonly history: string
  readonly startedAt: Micros
  readonly lastAt: Micros
  readonly clientBytes: number
  readonly serverBytes: number
  readonly clientPackets: number
  readonly serverPackets: number
  readonly clientWireBytes: number
  readonly serverWireBytes: number
  readonly retransmissions: number
  readonly gapBytes: number
  readonly evidence: Evidence
}

/** One function used by one client on one object of one server, over all time. */
export type Operation = {
  readonly id: string
  readonly site: string
  readonly client: string
  readonly server: string
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly protocol: string
  readonly operation: string
  readonly object: string
  readonly access: string
  readonly part: string | undefined
  readonly count: number
  readonly failed: number
  readonly first: Micros
  readonly last: Micros
  /** True when every answered one succeeded, false when every one failed, undefined when mixed or unanswered. */
  readonly ok: boolean | undefined
  readonly evidence: Evidence
}

/** One value of the process, as its server names it. */
export type Tag = {
  readonly id: string
  readonly site: string
  readonly server: string
  readonly asset: string | undefined
  readonly part: string | undefined
  readonly protocol: string
  readonly tag: string
  readonly dataType: string
  readonly unit: string | undefined
  readonly value: TagValue
  readonly quality: 'good' | 'uncertain' | 'bad' | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  readonly changes: number
  readonly reads: number
  readonly writes: number
  readonly readers: readonly string[]
  readonly writers: readonly string[]
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly lastChangeAt: Micros
  readonly evidence: Evidence
}

/** One point of a tag's history. */
export type Sample = {
  readonly tag: string
  readonly at: Micros
  readonly value: TagValue
  readonly quality: 'good' | 'uncertain' | 'bad' | undefined
  readonly by: 'read' | 'write'
  /** Who wrote it; undefined for a read. */
  readonly writer: string | undefined
}

/** What a protocol's dissection covered: the blind-spot report, one row a protocol. */
export type Coverage = {
  readonly protocol: string
  readonly packets: number
  readonly bytes: number
  readonly messages: number
  readonly anomalies: number
  readonly undecoded: number
  readonly dropped: number
}

/** Two hosts that have talked: the arrow of the network map, over all time. */
export type Link = {
  readonly id: string
  readonly site: string
  /** Address of the side that asks, and of the side that answers: IP, or MAC where there is none. */
  readonly client: string
  readonly server: string
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly protocols: readonly string[]
  /** What of the process the client reaches over it: sorted, empty for traffic that touches no process. */
  readonly reaches: readonly ('values' | 'logic' | 'mode')[]
  readonly sessions: number
  /** Whole frames on the wire since the server first answered. */
  readonly clientWireBytes: number
  readonly serverWireBytes: number
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly evidence: Evidence
}
