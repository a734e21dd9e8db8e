/** conn.log's service column, where Zeek names more than who speaks: what logins inside consist of, and from when on it is sure. */
import type { Flow, FlowRecord, Side } from '@isthmus/wire'
import { findKerberos } from './kerberos/gss.ts'
import { findNtlm } from './ntlm/ntlmssp.ts'
import { readSpnego } from './ntlm/spnego.ts'

type Host = FlowRecord['client']
type Services = { readonly sure: string[]; readonly unsure: Set<string> }

const SERVICES = new WeakMap<Flow, Services>()

/** `service` is named only once it is `sure`. */
export function unsure(flow: Flow, service: string): void {
  const { sure, unsure: waiting } = of(flow)
  if (!sure.includes(service)) waiting.add(service)
}

/** What came could not be read: `service` is named no more. */
export function refuted(flow: Flow, service: string): void {
  const services = of(flow)
  const at = services.sure.indexOf(service)
  if (at >= 0) services.sure.splice(at, 1)
  services.unsure.add(service)
}

export function sure(flow: Flow, service: string): void {
  const services = of(flow)
  services.unsure.delete(service)
  if (!services.sure.includes(service)) services.sure.push(service)
}

/** A security token that SMB or DCE/RPC carries. */
export function sureOfToken(flow: Flow, token: Uint8Array): void {
  if (findNtlm(token) !== undefined) sure(flow, 'ntlm')
  else if (findKerberos(token) !== undefined) sure(flow, 'krb')
  if (readSpnego(token) !== undefined) sure(flow, 'gssapi')
}

/** A TCP connection whose beginning was not seen: most protocols Zeek does not read in it. */
export function isJoined(flow: Flow): boolean {
  const { tcp } = flow as FlowRecord
  return tcp !== undefined && !/[SsHh]/.test(tcp.history)
}

/** Zeek reads these only in connections whose beginning it has seen. */
const FROM_THE_START: ReadonlySet<string> = new Set([
  'http',
  'krb_tcp',
  'ldap_tcp',
  'ssl',
  'irc',
  'imap',
  'pop3',
  'smtp',
  'ssh',
  'rdp',
  'mysql',
  'redis',
])

/** In the order in which Zeek grew sure of them; `heard` are the names of those who speak. */
export function servicesOf(flow: FlowRecord, heard: readonly string[]): readonly string[] {
  const isJoin = isJoined(flow)
  const isOneSided = flow.up.packets === 0 || flow.down.packets === 0
  const isUnread = (name: string): boolean => isJoin && (FROM_THE_START.has(name) || !isHeard(flow, name))
  // A Teredo tunnel is one to Zeek once both sides have used it.
  return inOrder(flow, heard).filter((name) => !isUnread(name) && !(isOneSided && name === 'teredo'))
}

/** Of these a server that is joined late tells nothing as long as its client is silent. */
const BY_THE_CLIENT: ReadonlySet<string> = new Set(['enip', 'cotp', 's7comm', 's7comm-plus'])

function isHeard({ up }: FlowRecord, name: string): boolean {
  return up.payload > 0 || !BY_THE_CLIENT.has(name)
}

function inOrder(flow: Flow, heard: readonly string[]): readonly string[] {
  const services = SERVICES.get(flow)
  if (services === undefined) return heard
  const others = heard.filter((name) => !services.sure.includes(name) && !services.unsure.has(name))
  return [...services.sure, ...others]
}

function of(flow: Flow): Services {
  let services = SERVICES.get(flow)
  if (services === undefined) SERVICES.set(flow, (services = { sure: [], unsure: new Set() }))
  return services
}

/** Who begins a conversation with an answer, and its length. Zeek takes it for the server then, after counting its first packet. */
export type FirstAnswer = { readonly host: Host; readonly bytes: number }

const ANSWERS = new WeakMap<Flow, FirstAnswer>()

export function answeredFirst(flow: Flow, from: Side, bytes: number): void {
  ANSWERS.set(flow, { host: (flow as FlowRecord)[from], bytes })
}

export function firstAnswer(flow: FlowRecord): FirstAnswer | undefined {
  return ANSWERS.get(flow)
}
