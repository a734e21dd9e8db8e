/**
 * The contract between the sensor half and the server half: what was seen on the wire, in words that
 * name no protocol. A closed union; each kind is also one Sigma log source (`process.write` is
 * category `process_write`). A detection that needs a protocol's name to work shows a missing word here.
 *
 * Repetition is folded at the source: the first occurrence is reported at once with `count` 1, the rest
 * of a window as one observation whose `count`, `first` and `at` cover it.
 */
import type { Endpoint, Evidence, Micros } from './endpoint.ts'

/** What every observation carries. */
export type Seen = {
  readonly site: string
  readonly sensor: string
  /** When it happened; for a folded observation, when it last happened. */
  readonly at: Micros
  /** Who asked. Where a protocol has no asker (a broadcast), who spoke. */
  readonly client: Endpoint
  readonly server: Endpoint
  /** False when neither the handshake nor the content told the two sides apart. */
  readonly directionKnown: boolean
  /** The protocol's registered name: `modbus`, `s7comm`, `tls` … */
  readonly protocol: string
  readonly evidence: Evidence
}

/** How an operation touches the device: the question that decides whether it matters. */
export type Access =
  | 'read' // values or files leave the device
  | 'write' // values of the process change
  | 'control' // run, stop, restart, select, operate
  | 'program' // logic moves, either way
  | 'configure' // the device's own settings change
  | 'identify' // who are you, what do you hold
  | 'session' // connect, negotiate, keep alive
  | 'unknown'

type Folded = { readonly first: Micros; readonly count: number }

/** Why a session is in the state it is in; words of Zeek's conn.log in `connState`. */
export type SessionUpdated = Seen & {
  readonly kind: 'session.updated'
  readonly id: string
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'ip' | 'ethernet'
  readonly vlan: number | undefined
  readonly startedAt: Micros
  readonly state: 'tried' | 'open' | 'closed' | 'rejected' | 'reset' | 'expired'
  /** Zeek's conn_state: S0, S1, SF, REJ, RSTO … */
  readonly connState: string
  readonly history: string
  /** Since the previous update of the same session: the sum over updates equals the capture's bytes. */
  readonly delta: {
    readonly clientBytes: number
    readonly serverBytes: number
    readonly clientPackets: number
    readonly serverPackets: number
    /** Whole frames as they were on the wire, link header included. */
    readonly clientWireBytes: number
    readonly serverWireBytes: number
    readonly retransmissions: number
    readonly gapBytes: number
  }
}

export type AssetAttribute =
  | 'vendor'
  | 'model'
  | 'family'
  | 'orderCode'
  | 'serial'
  | 'hardware'
  | 'firmware'
  | 'os'
  | 'software'
  | 'name'
  | 'domain'
  | 'type'
  | 'role'
  | 'description'
  | 'location'
  | 'contact'
  | 'user'
  | 'gateway'
  | 'fingerprint'
  | 'certificate'
  | 'project'
  | 'state'
  | 'interface'

/** Evidence of one attribute of one host. */
export type AssetHinted = Seen & {
  readonly kind: 'asset.hinted'
  /** Which end of the conversation it is about. */
  readonly about: 'client' | 'server'
  /** A part of the device rather than the device: `slot 3`, `unit 17`, `outstation 4`. */
  readonly part: string | undefined
  readonly attribute: AssetAttribute
  readonly value: string
  /** 0 to 1: 1 is the device's own statement, 0.3 a guess from behaviour. */
  readonly confidence: number
}

/** An address was claimed by a MAC: ARP, neighbour discovery, a DHCP lease, or a device that introduces itself on its segment (`self`). */
export type AddressClaimed = Seen &
  Folded & {
    readonly kind: 'address.claimed'
    readonly ip: string
    readonly mac: string
    readonly by: 'arp' | 'nd' | 'dhcp' | 'self'
    readonly gratuitous: boolean
  }

/** Somebody asked for an address (ARP who-has, neighbour solicitation): unanswered ones are scans of dead addresses. */
export type AddressAsked = Seen & Folded & { readonly kind: 'address.asked'; readonly ip: string }

export type NameResolved = Seen &
  Folded & {
    readonly kind: 'name.resolved'
    readonly name: string
    /** The part of the name that somebody registered: `example.co.uk` of `a.b.example.co.uk`; empty where nobody did. */
    readonly domain: string
    readonly type: string
    readonly answers: readonly string[]
    /** NOERROR, NXDOMAIN, SERVFAIL …; empty when unanswered. */
    readonly code: string
  }

/** One function of a protocol was used on one object. Every request/response pair ends here, whatever else it yields. */
export type OperationDone = Seen &
  Folded & {
    readonly kind: 'operation.done'
    /** The protocol's own word: `read holding registers`. */
    readonly operation: string
    /** What it was done to, in the protocol's own notation: `holding 107..109`, `DB1.DBW4`. */
    readonly object: string
    readonly access: Access
    /** False when the device refused; undefined while or where no answer was seen. */
    readonly ok: boolean | undefined
    /** The protocol's name of the refusal; empty when none. */
    readonly error: string
    readonly part: string | undefined
  }

export type TagValue = number | string | boolean

type Process = Seen &
  Folded & {
    /** The tag's address or symbol on its server, in the protocol's notation. */
    readonly tag: string
    readonly part: string | undefined
    readonly value: TagValue
    readonly dataType: string
    readonly quality: 'good' | 'uncertain' | 'bad' | undefined
    readonly unit: string | undefined
  }
/** A value was read; reported on change and as a heartbeat, `count` reads folded. */
export type ProcessRead = Process & { readonly kind: 'process.read' }
/** A value was written; `ok` false when the device refused. */
export type ProcessWrite = Process & {
  readonly kind: 'process.write'
  readonly ok: boolean | undefined
  readonly previous: TagValue | undefined
}
export type TagForced = Seen & {
  readonly kind: 'tag.forced'
  readonly tag: string
  readonly action: 'force' | 'unforce' | 'enable' | 'disable'
  readonly ok: boolean | undefined
}

/** The bytes of a section, or of what an edit put in. They go to whoever keeps them and no further: rules never see them. */
export type ProgramContent = {
  /** SHA-256, hex. */
  readonly hash: string
  readonly base64: string
}
type Program = Seen & {
  /** `OB1`, `MainRoutine`, `whole project` … */
  readonly section: string
  readonly sectionType: string
  readonly bytes: number
  /** Hash of the section's content where it was seen whole. */
  readonly hash: string | undefined
  /** Where every byte was seen and there was room for them. */
  readonly content?: ProgramContent | undefined
  readonly user: string | undefined
  readonly ok: boolean | undefined
}
export type ProgramDownloaded = Program & { readonly kind: 'program.downloaded' }
export type ProgramUploaded = Program & { readonly kind: 'program.uploaded' }
export type ProgramEdited = Program & { readonly kind: 'program.edited' }

export type ModeChanged = Seen & {
  readonly kind: 'mode.changed'
  readonly mode: 'run' | 'stop' | 'program' | 'test' | 'remote' | 'fault' | 'listen-only' | 'unknown'
  /** `command` was sent by the client; `report` is the device's own statement of its state. */
  readonly by: 'command' | 'report'
  /** Begins with `key` where it is the position of a key switch, which is not what the device does. */
  readonly detail: string
  readonly ok: boolean | undefined
}
export type DeviceRestarted = Seen & { readonly kind: 'device.restarted'; readonly how: string; readonly ok: boolean | undefined }
export type DeviceDiagnosed = Seen & Folded & { readonly kind: 'device.diagnosed'; readonly what: string; readonly fault: boolean }
export type FirmwareUpdated = Seen & {
  readonly kind: 'firmware.updated'
  readonly version: string | undefined
  readonly bytes: number
  readonly ok: boolean | undefined
}
export type ConfigurationChanged = Seen & {
  readonly kind: 'configuration.changed'
  readonly what: string
  readonly value: string
  readonly ok: boolean | undefined
}
export type TimeSet = Seen & { readonly kind: 'time.set'; readonly to: string; readonly ok: boolean | undefined }

export type LoginTried = Seen &
  Folded & {
    readonly kind: 'login.tried'
    readonly user: string
    readonly domain: string
    readonly method: string
    readonly ok: boolean | undefined
  }
/** A secret crossed the wire in clear. The secret itself never leaves the sensor. */
export type CredentialExposed = Seen & {
  readonly kind: 'credential.exposed'
  readonly user: string
  /** First and last character and the length: enough to recognise, not to use. */
  readonly mask: string
  readonly weakness: 'clear' | 'default' | 'weak-hash'
}
export type FileMoved = Seen & {
  readonly kind: 'file.moved'
  readonly name: string
  readonly direction: 'to-server' | 'to-client' | 'unknown'
  readonly bytes: number
  readonly mime: string
  /** SHA-256, hex; this and the other two are undefined unless the file is `whole`, and of files longer than what is hashed. */
  readonly hash: string | undefined
  readonly md5: string | undefined
  readonly sha1: string | undefined
  /** Every byte of it was seen. */
  readonly whole: boolean
  /** Bytes from its start that were held against patterns of known malware; 0 where none were given. */
  readonly scanned: number
  /** Names of the patterns that its content matches. */
  readonly matches: readonly string[]
}
export type WebRequested = Seen &
  Folded & {
    readonly kind: 'web.requested'
    readonly method: string
    readonly host: string
    readonly path: string
    readonly agent: string
    readonly status: number | undefined
  }
export type EncryptionNegotiated = Seen &
  Folded & {
    readonly kind: 'encryption.negotiated'
    readonly version: string
    readonly cipher: string
    readonly serverName: string
    /** JA4 of the client hello (TLS) or HASSH (SSH). */
    readonly fingerprint: string
    readonly subject: string
    readonly issuer: string
    readonly notAfter: Micros | undefined
  }
/** A share, pipe, interface or remote desktop was opened: how people and intruders move between hosts. */
export type ServiceUsed = Seen &
  Folded & {
    readonly kind: 'service.used'
    readonly service: string
    readonly object: string
    readonly user: string
    readonly ok: boolean | undefined
  }

/** The bytes break their own specification, or what their readers expect, by a name that says how: `modbus.length-mismatch`. */
export type ProtocolAnomaly = Seen &
  Folded & {
    readonly kind: 'protocol.anomaly'
    readonly name: string
    readonly detail: string
    /** Bytes of the text that it is about, where it is about one. */
    readonly length?: number | undefined
  }
/** A protocol spoken on a port that belongs to another. */
export type ProtocolMisplaced = Seen & { readonly kind: 'protocol.misplaced'; readonly expected: string }

/** What a stage saw, decoded, skipped and dropped since the previous report: the blind spots. */
export type CoverageReported = Seen & {
  readonly kind: 'coverage.reported'
  readonly packets: number
  readonly bytes: number
  readonly messages: number
  readonly anomalies: number
  /** Bytes of this protocol's conversations that no message covered. */
  readonly undecoded: number
  /** Entries lost to a full table; never silent. */
  readonly dropped: number
}

/** An alert of another product (EDR, firewall, IDS), tied to hosts of ours where its addresses allow. */
export type AlertReceived = Seen & {
  readonly kind: 'alert.received'
  readonly product: string
  /** The product's own id of its rule. */
  readonly rule: string
  readonly title: string
  /** The product's own word for what kind of alert it is. */
  readonly category: string
  readonly level: Level
  readonly attack: readonly string[]
  /** What the product did about it: `allowed`, `blocked`; empty when it does not say. */
  readonly action: string
  readonly user: string
  /** The conversation of ours that it is about, where one was seen. */
  readonly session: string | undefined
}
export type AccessOpened = Seen & { readonly kind: 'access.opened'; readonly user: string; readonly grant: string }
export type AccessClosed = Seen & { readonly kind: 'access.closed'; readonly user: string; readonly grant: string }

export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical'
export const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical']

export type Observation =
  | SessionUpdated
  | AssetHinted
  | AddressClaimed
  | AddressAsked
  | NameResolved
  | OperationDone
  | ProcessRead
  | ProcessWrite
  | TagForced
  | ProgramDownloaded
  | ProgramUploaded
  | ProgramEdited
  | ModeChanged
  | DeviceRestarted
  | DeviceDiagnosed
  | FirmwareUpdated
  | ConfigurationChanged
  | TimeSet
  | LoginTried
  | CredentialExposed
  | FileMoved
  | WebRequested
  | EncryptionNegotiated
  | ServiceUsed
  | ProtocolAnomaly
  | ProtocolMisplaced
  | CoverageReported
  | AlertReceived
  | AccessOpened
  | AccessClosed

export type ObservationKind = Observation['kind']

/** What a protocol states; the engine adds `Seen` (and `first`/`count` where it folds). */
export type Statement = Observation extends infer O ? (O extends Observation ? Omit<O, keyof Seen | 'first' | 'count'> : never) : never

/** A numbered unit of delivery: applied whole or not at all, once. Numbers of one sensor rise by 1 from 1. */
export type Batch = {
  readonly site: string
  readonly sensor: string
  readonly number: number
  readonly observations: readonly Observation[]
}
