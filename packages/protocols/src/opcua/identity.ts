/** Who the two are: applications, endpoints, certificates, users. */
import type { Statement } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { type Certificate, readCertificate } from '../x509/certificate.ts'
import type { Of } from './built-in.ts'
import type { Memory } from './memory.ts'
import { TOKEN_TYPES } from './names.table.ts'
import { BODY, type CertificateToken, type UserNameToken } from './objects.ts'
import type { Opcua, Policy } from './opcua.ts'
import { policyName, SECURITY_MODES } from './policy.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import { clip, hostName } from './text.ts'

export type Login = { readonly user: string; readonly method: string }

const opposite = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export function hintCertificate(side: Side, bytes: Uint8Array, sink: Sink): Certificate | undefined {
  const certificate = bytes.length === 0 ? undefined : readCertificate(bytes)
  if (certificate === undefined) return undefined
  sink.hint(side, 'certificate', readable(certificate.subject), 0.8)
  for (const name of certificate.alternativeNames?.dns.slice(0, 4) ?? []) sink.hint(side, 'name', readable(name), 0.7)
  return certificate
}

export function negotiated(policy: Policy, memory: Memory, sink: Sink): void {
  const certificate = policy.certificate.length === 0 ? undefined : readCertificate(policy.certificate)
  sink.say({
    kind: 'encryption.negotiated',
    version: 'OPC UA secure channel',
    cipher: policyName(policy.uri),
    serverName: memory.host,
    fingerprint: '',
    subject: readable(certificate?.subject ?? ''),
    issuer: readable(certificate?.issuer ?? ''),
    notAfter: certificate?.notAfter === undefined ? undefined : certificate.notAfter * 1e6,
  })
}

/** What a message says of the two applications; `asker` is the client's end. */
export function identify(m: Opcua, asker: Side, sink: Sink): void {
  if (m.body === undefined) return
  switch (m.service!.id) {
    case SERVICE.createSessionRequest: {
      const { client, certificate } = m.body as Of<typeof s.createSessionRequest>
      application(asker, client, sink)
      hintCertificate(asker, certificate, sink)
      return
    }
    case SERVICE.createSessionResponse: {
      const { endpoints, certificate } = m.body as Of<typeof s.createSessionResponse>
      hintCertificate(opposite(asker), certificate, sink)
      offered(endpoints, asker, sink)
      return
    }
    case SERVICE.getEndpointsResponse:
      offered((m.body as Of<typeof s.getEndpointsResponse>).endpoints, asker, sink)
      return
    case SERVICE.registerServerRequest:
    case SERVICE.registerServer2Request: {
      const { server } = m.body as Of<typeof s.registerServerRequest>
      sink.hint(asker, 'role', 'OPC UA server', 0.7)
      sink.hint(asker, 'software', clip(readable(server.names[0]?.text ?? '')), 0.8)
      return
    }
    default:
  }
}

function application(side: Side, { name, productUri, discoveryUrls }: s.Application, sink: Sink): void {
  sink.hint(side, 'software', clip(readable(name.text === '' ? productUri : name.text)), 0.8)
  for (const url of discoveryUrls.slice(0, 4)) sink.hint(side, 'name', hostName(url), 0.7)
}

/** How a server may be entered: endpoints of one server differ in security only. */
function offered(endpoints: readonly s.Endpoint[], asker: Side, sink: Sink): void {
  const [first] = endpoints
  if (first === undefined) return
  const server = opposite(asker)
  application(server, first.server, sink)
  hintCertificate(server, first.certificate, sink)
  sink.hint(server, 'name', hostName(first.url), 0.7)
  const ways = new Set<string>()
  const users = new Set<string>()
  for (const e of endpoints.slice(0, 64)) {
    ways.add(`${policyName(readable(e.securityPolicyUri))} (${SECURITY_MODES[e.securityMode] ?? e.securityMode})`)
    for (const token of e.tokens.slice(0, 16)) users.add(TOKEN_TYPES[token.type] ?? `type ${token.type}`)
  }
  const what = clip(`offers ${[...ways].join(', ')}; users: ${[...users].join(', ')}`)
  const statement: Statement = { kind: 'device.diagnosed', what, fault: false }
  sink.sayFrom(asker, statement)
}

/** Who wants to be let in; the secret is told of at once, the outcome with the answer. */
export function login(m: Opcua, side: Side, sink: Sink): Login | undefined {
  if (m.body === undefined) return undefined
  const { identity } = m.body as Of<typeof s.activateSessionRequest>
  switch (identity.typeId) {
    case BODY.userNameToken: {
      if (identity.body === undefined) return { user: '', method: 'OPC UA user name' }
      const token = identity.body as UserNameToken
      const user = clip(readable(token.user))
      // Without an algorithm it is the password itself (OPC 10000-4 §7.40.2.2).
      if (token.encryptionAlgorithm === '' && token.password.length > 0) {
        const mask = maskSecret(readable(byteText(token.password)))
        sink.sayFrom(side, { kind: 'credential.exposed', user, mask, weakness: 'clear' })
      }
      return { user, method: 'OPC UA user name' }
    }
    case BODY.certificateToken: {
      const bytes = (identity.body as CertificateToken | undefined)?.certificate
      return { user: readable((bytes === undefined ? undefined : readCertificate(bytes))?.subject ?? ''), method: 'OPC UA certificate' }
    }
    case BODY.issuedToken:
      return { user: '', method: 'OPC UA issued token' }
    default:
      return { user: 'anonymous', method: 'OPC UA anonymous' }
  }
}
