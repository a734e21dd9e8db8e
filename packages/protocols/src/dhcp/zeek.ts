/**
 * dhcp.log: one row a transaction, though its messages travel in several conversations. Each message is put as it
 * is; the gatherer joins those of one transaction until it has been quiet for 5 s or open for 30 s, as Zeek does.
 */
import type { SeenMessage } from '@isthmus/wire'
import type { Cell, Gather, LogSpec, PutRow } from '../protocol.ts'
import type { Dhcp } from './dhcp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  dhcp: {
    bare: true,
    columns: [
      ['uids', 'set[string]'],
      ['client_addr', 'addr'],
      ['server_addr', 'addr'],
      ['mac', 'string'],
      ['host_name', 'string'],
      ['client_fqdn', 'string'],
      ['domain', 'string'],
      ['requested_addr', 'addr'],
      ['assigned_addr', 'addr'],
      ['lease_time', 'interval'],
      ['client_message', 'string'],
      ['server_message', 'string'],
      ['msg_types', 'vector[string]'],
      ['duration', 'interval'],
    ],
    gather: () => new Transactions(),
  },
}

/** What one message adds, in the order `read` takes it back. */
export function zeek(seen: SeenMessage<Dhcp>, put: PutRow): void {
  const { message: m, flow, from } = seen
  if (m.type === '') return
  const byClient = from === 'client'
  // A server that broadcasts is its own connection's originator.
  const isClient = byClient && (flow.clientIp === '0.0.0.0' || flow.clientPort === 68 || flow.serverPort === 67)
  put('dhcp', [
    m.xid,
    flow.uid,
    isClient,
    byClient ? flow.clientIp : flow.serverIp,
    m.type,
    m.message,
    m.hostName,
    m.fqdn,
    m.clientId?.hardwareType === 1 ? m.clientId.address : undefined,
    m.hardware,
    m.requested,
    m.yourIp,
    m.domain,
    m.leaseSeconds,
  ])
}

type Transaction = {
  at: number
  lastAt: number
  lookAt: number
  uids: string[]
  clientIp: string | undefined
  serverIp: string | undefined
  mac: string | undefined
  hardware: string | undefined
  hostName: string | undefined
  fqdn: string | undefined
  domain: string | undefined
  requested: string | undefined
  assigned: string | undefined
  lease: number | undefined
  clientMessage: string | undefined
  serverMessage: string | undefined
  types: string[]
}

type Emit = (cells: readonly Cell[], at: number) => void
const QUIET_US = 5_000_000
/** How often the open transactions are looked at, and how long a new one is left alone. */
const LOOK_US = 10_000_000
const LONGEST_US = 30_000_000
const MAX_UIDS = 10
const MAX_TYPES = 50
/** Protects memory against a flood of transactions; the oldest is written early. */
const MAX_OPEN = 10_000

class Transactions implements Gather {
  readonly #open = new Map<number, Transaction>()
  #nextLook = 0

  put(cells: readonly Cell[], at: number, emit: Emit): void {
    const xid = cells[0] as number
    if (at >= this.#nextLook) this.#look(at, emit)
    let t = this.#open.get(xid)
    if (t === undefined) {
      t = opened(at)
      const oldest = this.#open.entries().next().value
      if (this.#open.size >= MAX_OPEN && oldest !== undefined) this.#write(oldest[0], oldest[1], emit)
      this.#open.set(xid, t)
    }
    add(t, cells, at)
    if (t.uids.length >= MAX_UIDS || t.types.length >= MAX_TYPES) this.#write(xid, t, emit)
  }

  #look(now: number, emit: Emit): void {
    this.#nextLook = now + LOOK_US
    for (const [xid, t] of this.#open) {
      if (now <= t.lookAt) continue
      if (now - t.lastAt > QUIET_US || now - t.at > LONGEST_US) this.#write(xid, t, emit)
      else t.lookAt = now + QUIET_US
    }
  }

  end(emit: Emit): void {
    for (const [xid, t] of this.#open) this.#write(xid, t, emit)
  }

  #write(xid: number, t: Transaction, emit: Emit): void {
    this.#open.delete(xid)
    emit(
      [
        t.uids,
        t.clientIp,
        t.serverIp,
        t.mac ?? t.hardware,
        t.hostName,
        t.fqdn,
        t.domain,
        t.requested,
        t.assigned,
        t.lease,
        t.clientMessage,
        t.serverMessage,
        t.types,
        (t.lastAt - t.at) / 1e6,
      ],
      t.at,
    )
  }
}

function opened(at: number): Transaction {
  return {
    at,
    lastAt: at,
    lookAt: at + LOOK_US,
    uids: [],
    clientIp: undefined,
    serverIp: undefined,
    mac: undefined,
    hardware: undefined,
    hostName: undefined,
    fqdn: undefined,
    domain: undefined,
    requested: undefined,
    assigned: undefined,
    lease: undefined,
    clientMessage: undefined,
    serverMessage: undefined,
    types: [],
  }
}

function add(t: Transaction, cells: readonly Cell[], at: number): void {
  const [, uid, isClient, ip, type, message, hostName, fqdn, clientId, hardware, requested, yours, domain, lease] = cells as readonly [
    number,
    string,
    boolean,
    string | undefined,
    string,
    string?,
    string?,
    string?,
    string?,
    string?,
    string?,
    string?,
    string?,
    number?,
  ]
  t.lastAt = at
  if (!t.uids.includes(uid)) t.uids.push(uid)
  t.types.push(type)
  if (message !== undefined) {
    if (isClient) t.clientMessage = message
    else t.serverMessage = message
  }
  if (isClient) {
    if (ip !== undefined && ip !== '0.0.0.0' && ip !== '255.255.255.255') t.clientIp = ip
    t.hostName = hostName ?? t.hostName
    t.fqdn = fqdn ?? t.fqdn
    if (clientId !== undefined) t.mac = clientId
    else t.hardware = hardware
    t.requested = requested ?? t.requested
    return
  }
  const assigned = yours === undefined || yours === '' || yours === '0.0.0.0' ? undefined : yours
  if (assigned !== undefined) t.serverIp = ip
  if (hardware !== undefined && hardware !== '') t.mac ??= hardware
  t.assigned = assigned ?? t.assigned
  t.clientIp ??= t.assigned
  t.domain = domain ?? t.domain
  t.lease = lease ?? t.lease
}
