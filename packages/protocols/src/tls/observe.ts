import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Certificate } from '../x509/certificate.ts'
import { CIPHERS } from './ciphers.table.ts'
import type { Handshake, Hello } from './handshake.ts'
import { ja4 } from './ja4.ts'
import { versionName } from './tls.table.ts'
import type { Tls, TlsState } from './tls.ts'

type Negotiation = {
  client: Hello | undefined
  server: Hello | undefined
  fingerprint: string
  certificate: Certificate | undefined
  isTold: boolean
}

export function observe(seen: SeenMessage<Tls, TlsState>, sink: Sink): void {
  const { message: m, state } = seen
  if (m.kind === 'piece') return
  for (const name of m.anomalies) sink.anomaly(`tls.${name}`)
  const n = (state.seen ??= { client: undefined, server: undefined, fingerprint: '', certificate: undefined, isTold: false }) as Negotiation
  for (const h of m.handshakes) handshake(h, n, seen, sink)
  // The server's first encrypted record, or its switch: all that is told in clear has been told.
  if (!m.fromClient && (m.kind === 'change-cipher' || m.kind === 'data') && n.server !== undefined) tell(n, sink)
}

export function ended(state: TlsState, sink: Sink): void {
  const n = state.seen as Negotiation | undefined
  if (n !== undefined && (n.client !== undefined || n.server !== undefined)) tell(n, sink)
}

function handshake(h: Handshake, n: Negotiation, seen: SeenMessage<Tls, TlsState>, sink: Sink): void {
  if (h.hello !== undefined && !h.hello.isRetry) {
    if (h.hello.isClient) {
      n.client = h.hello
      n.fingerprint = ja4(h.hello, seen.flow.transport === 'udp' ? 'd' : 't')
      sink.hint(seen.from, 'fingerprint', `ja4 ${n.fingerprint}`, 0.8)
      if (h.hello.hasZeroTicketKey === true) sink.anomaly('tls.zero-ticket-key')
    } else n.server = h.hello
  }
  for (const { subject, oddities } of h.certificates) for (const oddity of oddities) sink.anomaly(`tls.${oddity}`, readable(subject))
  const certificate = h.certificates[0]
  if (certificate === undefined) return
  if (!seen.message.fromClient) n.certificate = certificate
  sink.hint(seen.from, 'certificate', readable(certificate.subject), 0.8)
}

function tell(n: Negotiation, sink: Sink): void {
  if (n.isTold) return
  n.isTold = true
  const cipher = n.server?.ciphers[0]
  sink.say({
    kind: 'encryption.negotiated',
    version: n.server === undefined ? '' : versionName(n.server.version),
    cipher: cipher === undefined ? '' : (CIPHERS.get(cipher) ?? `unknown-${cipher}`),
    serverName: readable(n.client?.serverName ?? ''),
    fingerprint: n.fingerprint,
    subject: readable(n.certificate?.subject ?? ''),
    issuer: readable(n.certificate?.issuer ?? ''),
    notAfter: n.certificate?.notAfter === undefined ? undefined : n.certificate.notAfter * 1e6,
  })
}
