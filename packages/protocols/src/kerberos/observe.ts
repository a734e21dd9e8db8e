/** Kerberos in the platform's words: who logged in, for which service, how it was refused, what the names tell. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { CIPHERS, ERROR, ERRORS, PADATA, REFUSALS, TYPE, WEAK_CIPHERS } from './kerberos.table.ts'
import { type Kerberos, principalText } from './message.ts'

const PROOFS: readonly number[] = [PADATA.timestamp, PADATA.pkRequest, PADATA.encryptedChallenge]

export function observe(seen: SeenMessage<Kerberos>, sink: Sink): void {
  const { message: m, asked, from } = seen
  for (const name of m.anomalies) sink.anomaly(`kerberos.${name}`)
  if (m.type === TYPE.asRequest || m.type === TYPE.tgsRequest) requested(m, sink)
  if (from !== 'server') return
  if (m.type === TYPE.asReply || m.type === TYPE.tgsReply || m.type === TYPE.error) {
    sink.hint('server', 'role', 'key distribution centre', 0.9)
    sink.hint('server', 'domain', readable(m.ticket?.realm ?? m.realm ?? ''), 0.8)
  }
  if (m.certificate !== undefined) sink.hint('server', 'certificate', m.certificate.subject, 0.9)
  if (m.type === TYPE.error) refused(m, asked, sink)
  else if (m.type === TYPE.asReply) loggedIn(m, asked, sink)
  else if (m.type === TYPE.tgsReply) gotTicket(m, asked, sink)
}

/** A ticket inside another protocol names the service it is for, and so the host that offers it. */
export function hintTicket(m: Kerberos, about: Side, sink: Sink): void {
  const { ticket } = m
  if (ticket === undefined || ticket.service.length < 2 || ticket.service[0] === 'krbtgt') return
  sink.hint(about, 'name', readable(ticket.service[1]!), 0.6)
  sink.hint(about, 'domain', readable(ticket.realm), 0.7)
}

function requested(m: Kerberos, sink: Sink): void {
  sink.hint('client', 'name', readable(m.station), 0.9)
  if (m.certificate !== undefined) sink.hint('client', 'certificate', m.certificate.subject, 0.9)
}

/** An account whose name ends in a dollar sign is the host's own ([MS-ADTS] §6.1.1.6.9). */
function who(m: Kerberos, realm: string, sink: Sink): void {
  const name = readable(principalText(m.client))
  if (name === '') return
  sink.hint('client', 'domain', realm, 0.8)
  if (m.client.length === 1 && name.endsWith('$')) sink.hint('client', 'name', name.slice(0, -1), 0.9)
  else if (m.client.length === 2 && m.client[0] === 'host') sink.hint('client', 'name', readable(m.client[1]!), 0.9)
  else sink.hint('client', 'user', `${name}@${realm}`, 0.7)
}

function loggedIn(m: Kerberos, asked: Kerberos | undefined, sink: Sink): void {
  const realm = readable(m.clientRealm ?? '')
  who(m, realm, sink)
  const user = readable(principalText(m.client))
  const method = asked?.preauth.includes(PADATA.pkRequest) === true ? 'kerberos with certificate' : 'kerberos'
  sink.say({ kind: 'login.tried', user, domain: realm, method, ok: true })
  if (asked !== undefined && !asked.preauth.some((p) => PROOFS.includes(p))) sink.anomaly('kerberos.no-preauthentication', user)
  // Clients offer all they can do; one that offers only what is broken has no password but its hash, or is very old.
  if (asked !== undefined && asked.ciphers.length > 0 && asked.ciphers.every((c) => WEAK_CIPHERS.includes(c)))
    sink.anomaly('kerberos.weak-request', user)
  operation(m, asked, 'ticket-granting ticket', sink)
}

function gotTicket(m: Kerberos, asked: Kerberos | undefined, sink: Sink): void {
  const realm = readable(m.clientRealm ?? '')
  who(m, realm, sink)
  const service = readable(principalText(m.ticket?.service ?? []))
  sink.say({ kind: 'service.used', service: 'kerberos ticket', object: service, user: readable(principalText(m.client)), ok: true })
  if (m.ticket !== undefined && WEAK_CIPHERS.includes(m.ticket.cipher))
    sink.anomaly('kerberos.weak-ticket', `${service} ${CIPHERS[m.ticket.cipher] ?? m.ticket.cipher}`)
  operation(m, asked, service, sink)
}

function refused(m: Kerberos, asked: Kerberos | undefined, sink: Sink): void {
  if (m.errorCode === ERROR.preauthRequired || m.errorCode === ERROR.tooBig) return
  const client = asked === undefined || asked.client.length === 0 ? m.client : asked.client
  const user = readable(principalText(client))
  const domain = readable(asked?.realm ?? m.clientRealm ?? m.realm ?? '')
  if (asked?.type === TYPE.asRequest && REFUSALS.includes(m.errorCode))
    sink.say({ kind: 'login.tried', user, domain, method: 'kerberos', ok: false })
  operation(m, asked, readable(principalText(m.service)), sink)
}

function operation(m: Kerberos, asked: Kerberos | undefined, object: string, sink: Sink): void {
  if (asked === undefined) return
  const key = `${asked.type} ${m.errorCode} ${object}`
  if (sink.again(key)) return
  const ok = m.type !== TYPE.error
  const error = ok ? '' : (ERRORS[m.errorCode] ?? `error ${m.errorCode}`)
  sink.operation(key, { operation: asked.name, object, access: 'session', ok, error, part: undefined })
}
