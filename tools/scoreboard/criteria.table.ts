/**
 * Each scored sub-step's published criterion as a question to our observations: between whom, and what has to be seen. Where the
 * criterion of 9.B.2 names 10.0.100.15 as the control station, the station's address elsewhere, .20, is meant; that of 2.B.1, .20,
 * is played as written.
 */
import type { Observation } from '@isthmus/model'

export type Criterion = {
  readonly hosts: readonly string[]
  readonly seen: (o: Observation) => boolean
  /** Different servers it has to be seen at; 1 unless told. */
  readonly servers?: number
}

const ADVERSARY = '10.0.100.1'
const CONTROL_STATION = '10.0.100.20'
const SAFETY_STATION = '10.0.100.15'
const SAFETY_PANEL = '10.0.100.16'
const CONTROL_PLC = '10.0.100.110'
const SAFETY_PLC = '10.0.100.105'
const SMB = 445
const CSP3 = 2223
const ENIP = 44818
/** A transferred archive is at least this long; a command line's input is not. */
const FILE_BYTES = 50_000

/** What tells of a session in its own protocol, however often the same two have talked. */
const SESSIONS: ReadonlySet<Observation['kind']> = new Set(['session.updated', 'encryption.negotiated', 'protocol.misplaced'])

type Seen = Criterion['seen']

const desktop: Seen = (o) => o.kind === 'service.used' && o.service === 'remote desktop' && o.server.port === 3389
const sshOn =
  (port: number): Seen =>
  (o) =>
    SESSIONS.has(o.kind) && o.protocol === 'ssh' && o.server.port === port
const outbound =
  (client: string): Seen =>
  (o) =>
    sshOn(SMB)(o) && o.client.ip === client
const filesOn =
  (port: number): Seen =>
  (o) =>
    o.kind === 'session.updated' && o.server.port === port && o.delta.clientBytes > FILE_BYTES
/** More comes back than goes in: a picture. */
const pictureOn =
  (port: number): Seen =>
  (o) =>
    o.kind === 'session.updated' && o.server.port === port && o.delta.serverBytes > FILE_BYTES && o.delta.serverBytes > o.delta.clientBytes
const operation =
  (name: RegExp, object: RegExp): Seen =>
  (o) =>
    o.kind === 'operation.done' && o.ok !== false && name.test(o.operation) && object.test(o.object)
const upload: Seen = (o) => o.kind === 'program.uploaded' && o.ok !== false
const edit: Seen = (o) => o.kind === 'program.edited' && o.ok !== false
const modified: Seen = (o) => edit(o) && o.kind === 'program.edited' && o.section.includes('P04_Trips_FO_R00_Trips')
const wrote =
  (tag: string, value: unknown): Seen =>
  (o) =>
    o.kind === 'process.write' && o.ok !== false && o.tag === tag && o.value === value
const search: Seen = (o) => operation(/^list ?identity$/, /^/)(o) && o.server.port === ENIP
const tried: Seen = (o) => o.kind === 'session.updated' && o.server.port === ENIP && o.client.ip === CONTROL_STATION

const control = (seen: Seen): Criterion => ({ hosts: [CONTROL_STATION, CONTROL_PLC], seen })
const safety = (seen: Seen): Criterion => ({ hosts: [SAFETY_STATION, SAFETY_PLC], seen })
const tunnel = (seen: Seen): Criterion => ({ hosts: [ADVERSARY, CONTROL_STATION], seen })
const inner = (seen: Seen): Criterion => ({ hosts: [CONTROL_STATION, SAFETY_STATION], seen })

const typeAsked = operation(/^get attributes single$/, /^Identity 1 attribute 2$/)
const modeAsked = operation(/^get attributes single$/, /^Identity 1 attribute 5$/)
const tagsListed = operation(/^list tags$/, /^/)
const accessAsked = operation(/^(ask|answer) for access$/, /^Project 1$/)
const readCommand = operation(/^read tag$/, /^CC$/)

export const CRITERIA: Readonly<Record<string, Criterion>> = {
  '1.A.1': tunnel(desktop),
  '2.B.1': control(upload),
  '4.B.2': tunnel(outbound(CONTROL_STATION)),
  '6.E.2': tunnel(outbound(CONTROL_STATION)),
  '7.A.1': tunnel(filesOn(SMB)),
  '7.B.1': tunnel(sshOn(SMB)),
  '9.A.2': { hosts: [CONTROL_STATION], seen: tried, servers: 200 },
  '9.B.2': { hosts: [CONTROL_STATION], seen: search },
  '9.C.2': control(typeAsked),
  '9.D.2': control(modeAsked),
  '9.E.2': control(tagsListed),
  '10.A.1': tunnel(pictureOn(SMB)),
  '10.B.1': inner(desktop),
  '12.A.1': tunnel(sshOn(SMB)),
  '12.A.2': tunnel(sshOn(SMB)),
  '13.A.1': safety(upload),
  '15.A.1': inner(sshOn(CSP3)),
  '16.A.2': { hosts: [SAFETY_STATION], seen: search },
  '16.B.2': safety(typeAsked),
  '16.C.2': safety(modeAsked),
  '16.D.2': safety(tagsListed),
  '17.A.2': tunnel(filesOn(SMB)),
  '18.A.1': inner(filesOn(CSP3)),
  '19.A.1': inner(sshOn(CSP3)),
  '20.A.2': safety(modeAsked),
  '20.B.2': safety(upload),
  '20.B.3': safety(edit),
  '20.B.4': safety(modified),
  '20.C.2': safety(readCommand),
  '20.C.3': safety(wrote('CC', false)),
  '20.D.2': control(modeAsked),
  '21.E.2': control(accessAsked),
  '21.F.2': control(wrote('eR01_3ZC2071', 0)),
  '22.A.2': safety((o) => o.kind === 'mode.changed' && o.mode === 'program' && o.by === 'command'),
  '22.B.2': safety((o) => o.kind === 'program.downloaded' && o.ok !== false),
  '23.A.1': tunnel(sshOn(SMB)),
  '23.B.1': inner(sshOn(CSP3)),
  '24.A.2': safety(modeAsked),
  '24.B.2': safety(upload),
  '24.B.3': safety(edit),
  '24.B.4': safety(modified),
  '24.C.2': safety(readCommand),
  '24.C.3': safety(wrote('CC', true)),
  '25.D.1': tunnel(sshOn(SMB)),
  '25.E.2': control(accessAsked),
  '25.E.3': control(wrote('eR01_3ZC2071', 0)),
  '25.F.1': { hosts: [SAFETY_PANEL, SAFETY_PLC], seen: (o) => o.kind === 'process.write' && o.ok !== false },
  '25.G.2': control(operation(/^privileged write$/, /^Program Data/)),
  '25.G.3': control(wrote('eR01_3ZC2071', 100)),
  '25.G.4': control((o) => o.kind === 'tag.forced' && o.action === 'enable'),
}
