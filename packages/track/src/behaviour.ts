/**
 * What a host is, from what it does. Every conclusion is a fact with the evidence of the observation it rests on, so
 * it can be asked "why?" and weighed against what the host says of itself.
 */
import { type AssetAttribute, type AssetHinted, type AssetType, type Micros, networkOf, type Observation } from '@isthmus/model'
import type { AssetRecord } from './asset-record.ts'
import type { NewFact } from './facts.ts'
import { NAME_GUESSES, SERVICE_GUESSES } from './names.table.ts'
import { OS_GUESSES } from './os.table.ts'
import { PORT_GUESSES, ROLES, SILENT, STATED_ROLES } from './roles.table.ts'

export type Reach = 'values' | 'logic' | 'mode'

/** What a client's reach makes it; `weight` is of the type, `roleWeight` above that of any service it also offers. */
type Mark = { readonly role: string; readonly type: AssetType; readonly weight: number; readonly roleWeight: number }

const SERVER_ROLE = 0.3
const CLIENT_ROLE = 0.2
const TABLE_ROLE = 0.5
const NAMED_ROLE = 0.34
/** Never outranks anything decoded. */
const PORT_GUESS = 0.1
/** Servers of process values and of logic are controllers, whatever they speak. */
const CONTROLLER_ROLE = 0.6
const CONTROLLER_TYPE = 0.45
const PROGRAMMED_TYPE = 0.6
/** Hosts controlled, from which on a client is a supervisor and not a panel. */
const SUPERVISED = 3
/** Parts that answer behind one address, from which on it is a gateway. */
const GATEWAY_PARTS = 3

/** How long an office computer must have reached into a controller for that to be its work. */
const SETTLED_US: Micros = 3 * 86_400e6
/** Words for a device of its own behind an address; others (slot, rack) name a place inside the device. */
const BEHIND: ReadonlySet<string> = new Set(['unit', 'station', 'outstation', 'node'])

const ENGINEER: Mark = { role: 'engineering-station', type: 'engineering-station', weight: 0.6, roleWeight: 0.58 }
const OPERATOR: Mark = { role: 'engineering-station', type: 'engineering-station', weight: 0.42, roleWeight: 0.53 }
const PANEL: Mark = { role: 'hmi', type: 'hmi', weight: 0.35, roleWeight: 0.52 }
const SUPERVISOR: Mark = { role: 'scada', type: 'scada-server', weight: 0.45, roleWeight: 0.54 }

/** What of the process an observation reaches; undefined for traffic that touches no process or was refused. */
export function reachOf(o: Observation): Reach | undefined {
  switch (o.kind) {
    case 'process.read':
      return 'values'
    case 'process.write':
      return o.ok === false ? undefined : 'values'
    case 'program.downloaded':
    case 'program.uploaded':
    case 'program.edited':
      return o.ok === false ? undefined : 'logic'
    case 'operation.done':
      return o.access === 'program' && o.ok === true ? 'logic' : undefined
    case 'mode.changed':
      return o.by === 'command' && o.ok !== false ? 'mode' : undefined
    case 'device.restarted':
    case 'firmware.updated':
    case 'tag.forced':
      return o.ok === false ? undefined : 'mode'
    default:
      return undefined
  }
}

/** Speaking a protocol gives a role, and where the table says so a type. Refreshed while it lasts. */
export function noteSpeaking(record: AssetRecord, side: 'client' | 'server', o: Observation): void {
  if (SILENT.has(o.protocol)) return
  // A transport and a port name a conversation that nothing decoded.
  if (o.protocol.includes('/')) return side === 'server' ? guessByPort(record, o) : undefined
  const row = ROLES[o.protocol]
  const named = side === 'server' ? row?.serverRole : row?.clientRole
  const guess = side === 'server' ? row?.serverType : row?.clientType
  const role = named ?? `${o.protocol} ${side}`
  const known = record.facts.find('role', role, o.protocol)
  if (known !== undefined) record.refresh(known, o.at)
  else {
    record.addProtocol(o.protocol)
    const confidence = named !== undefined ? TABLE_ROLE : side === 'server' ? SERVER_ROLE : CLIENT_ROLE
    record.addFact(factOf(o, 'role', role, confidence))
  }
  // The device may have stated the role before it was seen in it: the type is looked up by itself.
  if (guess !== undefined && record.facts.find('type', guess[0], o.protocol) === undefined) record.addFact(factOf(o, 'type', ...guess))
}

/** A conclusion drawn from `o`. */
function factOf(o: Observation, attribute: AssetAttribute, value: string, confidence: number): NewFact {
  return { attribute, value, protocol: o.protocol, confidence, at: o.at, evidence: o.evidence }
}

function guessByPort(record: AssetRecord, o: Observation): void {
  // An open port is not yet a service: it must have said something.
  if (o.kind === 'session.updated' && o.delta.serverBytes === 0) return
  const likely = PORT_GUESSES[o.protocol]
  if (likely === undefined || record.facts.find('role', `likely ${likely} server`, o.protocol) !== undefined) return
  record.addFact(factOf(o, 'role', `likely ${likely} server`, PORT_GUESS))
  const guess = ROLES[likely]?.serverType
  if (guess !== undefined) record.addFact(factOf(o, 'type', guess[0], PORT_GUESS))
}

/** An operating system or a role that a host states is a hint of its type. */
export function noteStatement(record: AssetRecord, o: AssetHinted): void {
  const value = o.value.toLowerCase()
  const guess =
    o.attribute === 'os' ? OS_GUESSES.find(([part]) => value.includes(part))?.[1] : o.attribute === 'role' ? STATED_ROLES[value] : undefined
  if (guess !== undefined) record.addFact(factOf(o, 'type', ...guess))
}

/** A name is a hint of what people use the host for. */
export function noteName(record: AssetRecord, name: string, o: Observation): void {
  const label = name.toLowerCase().split('.', 1)[0]!
  const found = NAME_GUESSES.find(({ pattern }) => pattern.test(label))
  if (found?.role !== undefined) record.addFact(factOf(o, 'role', found.role, NAMED_ROLE))
  if (found?.guess !== undefined) record.addFact(factOf(o, 'type', ...found.guess))
}

/** A resolver gave the host for a service's name. True when the name is such a one, and so no host's. */
export function noteService(record: AssetRecord, name: string, o: Observation): boolean {
  if (!name.startsWith('_')) return false
  const found = SERVICE_GUESSES.find(({ prefix }) => name.toLowerCase().startsWith(prefix))
  if (found === undefined) return true
  record.addFact(factOf(o, 'role', found.role, TABLE_ROLE))
  record.addFact(factOf(o, 'type', ...found.guess))
  return true
}

/** The process was reached: the server is a controller, the client is what its reach makes it. `controls` is up to date. */
export function noteReach(reach: Reach, client: AssetRecord | undefined, server: AssetRecord | undefined, o: Observation): void {
  // Where nobody asks (a publisher to a group) the speaker itself holds the values.
  const holder = server ?? (o.server.ip === undefined ? client : undefined)
  if (holder !== undefined) noteController(holder, reach, o)
  if (client === undefined || server === undefined || client === server) return
  // Where the protocol's row knows what its clients are, reading values says nothing more.
  if (reach === 'values' && ROLES[o.protocol]?.clientRole !== undefined) return
  const mark = reach === 'logic' ? ENGINEER : reach === 'mode' ? OPERATOR : client.controls.size >= SUPERVISED ? SUPERVISOR : PANEL
  const known = client.facts.find('role', mark.role, o.protocol)
  if (known !== undefined && known.confidence >= mark.roleWeight) {
    client.refresh(known, o.at)
    return
  }
  // A computer known from the office does not turn into plant equipment by reaching into another network: that is
  // what an intruder looks like, and its level and type must go on saying where it belongs. What goes on for days is
  // somebody's work.
  if (client.isOfficeSince(o.at) && !areNeighbours(client, server)) {
    const reaching = client.facts.find('role', `reaches ${reach}`, o.protocol)
    if (reaching === undefined) client.addFact(factOf(o, 'role', `reaches ${reach}`, SERVER_ROLE))
    if (reaching === undefined || o.at - reaching.firstAt < SETTLED_US) return
  }
  client.addFact(factOf(o, 'role', mark.role, mark.roleWeight))
  client.addFact(factOf(o, 'type', mark.type, mark.weight))
}

/** Several parts that hold process values behind one address. */
export function noteParts(record: AssetRecord, o: Observation): void {
  if (record.modules.size < GATEWAY_PARTS || record.facts.find('role', 'gateway', o.protocol) !== undefined) return
  let behind = 0
  for (const part of record.modules.keys()) if (BEHIND.has(part.split(' ', 1)[0]!)) behind++
  if (behind < GATEWAY_PARTS) return
  record.addFact(factOf(o, 'role', 'gateway', 0.55))
  record.addFact(factOf(o, 'type', 'gateway', 0.52))
}

function noteController(record: AssetRecord, reach: Reach, o: Observation): void {
  const row = ROLES[o.protocol]
  const role = row?.serverRole ?? row?.clientRole ?? 'controller'
  const known = record.facts.find('role', role, o.protocol)
  const weight = reach === 'values' ? CONTROLLER_TYPE : PROGRAMMED_TYPE
  const [type, tableWeight] = row?.serverType ?? row?.clientType ?? (['plc', CONTROLLER_TYPE] as const)
  const isTypeKnown = (record.facts.find('type', type, o.protocol)?.confidence ?? 0) >= Math.max(weight, tableWeight)
  if (isTypeKnown && known !== undefined && known.confidence >= CONTROLLER_ROLE) {
    record.refresh(known, o.at)
    return
  }
  record.addFact(factOf(o, 'role', role, CONTROLLER_ROLE))
  record.addFact(factOf(o, 'type', type, Math.max(weight, tableWeight)))
}

function areNeighbours(a: AssetRecord, b: AssetRecord): boolean {
  const networks = new Set(a.ips.map(networkOf))
  return b.ips.some((ip) => networks.has(networkOf(ip)))
}
