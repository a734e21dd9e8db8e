/** Rows about channels, endpoints and sessions. */
import { byteText } from '../byte-text.ts'
import { hex } from '../icsnpp.ts'
import type { Cell } from '../protocol.ts'
import type { Of } from './built-in.ts'
import { bytesUnlessEmpty, type LogWriter, nodeCells, SOURCE, shortHex, unixTime, unlessEmpty, type Values } from './log-writer.ts'
import { OBJECT_TYPES } from './names.table.ts'
import { BODY, type CertificateToken, type IssuedToken, type UserNameToken } from './objects.ts'
import type { Opcua } from './opcua.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import type { ExtensionObject } from './variant.ts'

export function sessionRows(m: Opcua, out: LogWriter, link: string): void {
  switch (m.service!.id) {
    case SERVICE.openRequest:
      return openRequest(m.body as Of<typeof s.openRequest>, out, link)
    case SERVICE.openResponse:
      return openResponse(m.body as Of<typeof s.openResponse>, out, link)
    case SERVICE.getEndpointsRequest:
      return endpointsRequest(m.body as Of<typeof s.getEndpointsRequest>, out, link)
    case SERVICE.getEndpointsResponse:
      return endpointsResponse(m.body as Of<typeof s.getEndpointsResponse>, out, link)
    case SERVICE.createSessionRequest:
      return createRequest(m.body as Of<typeof s.createSessionRequest>, out, link)
    case SERVICE.createSessionResponse:
      return createResponse(m.body as Of<typeof s.createSessionResponse>, out, link)
    case SERVICE.activateSessionRequest:
      return activateRequest(m.body as Of<typeof s.activateSessionRequest>, out, link)
    case SERVICE.activateSessionResponse:
      return activateResponse(m, m.body as Of<typeof s.activateSessionResponse>, out, link)
    case SERVICE.closeSessionRequest: {
      const b = m.body as Of<typeof s.closeSessionRequest>
      return out.row('close_session', { opcua_link_id: link, del_subscriptions: b.deleteSubscriptions })
    }
    default:
  }
}

/** A count of what came as a floating-point number. */
const whole = (value: number): Cell => (Number.isFinite(value) ? Math.trunc(value) : 0)

function openRequest(b: Of<typeof s.openRequest>, out: LogWriter, link: string): void {
  out.row('opensecure_channel', {
    opcua_link_id: link,
    client_proto_ver: b.protocolVersion,
    sec_token_request_type: b.requestType,
    message_security_mode: b.securityMode,
    client_nonce: byteText(b.nonce),
    req_lifetime: b.lifetime,
  })
}

function openResponse(b: Of<typeof s.openResponse>, out: LogWriter, link: string): void {
  out.row('opensecure_channel', {
    opcua_link_id: link,
    server_proto_ver: b.protocolVersion,
    sec_token_sec_channel_id: b.channelId,
    sec_token_id: b.tokenId,
    sec_token_created_at: unixTime(b.createdAt),
    sec_token_revised_time: b.lifetime,
    server_nonce: byteText(b.nonce),
  })
}

/** A row for each text; the link they share, undefined without any. */
function list(out: LogWriter, log: string, linkColumn: string, column: string, texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined
  const link = out.id()
  for (const text of texts) out.row(log, { [linkColumn]: link, [column]: text })
  return link
}

function endpointsRequest(b: Of<typeof s.getEndpointsRequest>, out: LogWriter, link: string): void {
  out.row('get_endpoints', {
    opcua_link_id: link,
    endpoint_url: b.endpointUrl,
    locale_link_id: list(out, 'get_endpoints_locale_id', 'locale_link_id', 'locale_id', b.localeIds),
    profile_uri_link_id: list(out, 'get_endpoints_profile_uri', 'profile_uri_link_id', 'profile_uri', b.profileUris),
  })
}

function endpointsResponse({ endpoints }: Of<typeof s.getEndpointsResponse>, out: LogWriter, link: string): void {
  const description = endpoints.length === 0 ? undefined : out.id()
  for (const endpoint of endpoints) {
    const urls = endpoint.server.discoveryUrls
    const discovery = list(out, 'get_endpoints_discovery', 'discovery_profile_link_id', 'discovery_profile_url', urls)
    out.row('get_endpoints_description', {
      endpoint_description_link_id: description,
      endpoint_uri: unlessEmpty(endpoint.url),
      ...endpointCells(endpoint, discovery, tokens(endpoint, out, 'get_endpoints_user_token')),
    })
  }
  out.row('get_endpoints', { opcua_link_id: link, endpoint_description_link_id: description })
}

function endpointCells(e: s.Endpoint, discovery: string | undefined, tokenLink: string | undefined): Values {
  const { server } = e
  return {
    application_uri: unlessEmpty(server.applicationUri),
    product_uri: unlessEmpty(server.productUri),
    encoding_mask: server.name.mask,
    locale: unlessEmpty(server.name.locale),
    text: unlessEmpty(server.name.text),
    application_type: server.type,
    gateway_server_uri: unlessEmpty(server.gatewayServerUri),
    discovery_profile_uri: unlessEmpty(server.discoveryProfileUri),
    discovery_profile_link_id: discovery,
    cert_size: e.certificate.length > 0 ? e.certificate.length : undefined,
    server_cert: bytesUnlessEmpty(e.certificate),
    message_security_mode: e.securityMode,
    security_policy_uri: unlessEmpty(e.securityPolicyUri),
    user_token_link_id: tokenLink,
    transport_profile_uri: unlessEmpty(e.transportProfileUri),
    security_level: e.securityLevel,
  }
}

function tokens(e: s.Endpoint, out: LogWriter, log: string): string | undefined {
  if (e.tokens.length === 0) return undefined
  const link = out.id()
  for (const token of e.tokens) {
    out.row(log, {
      user_token_link_id: link,
      user_token_policy_id: token.policyId,
      user_token_type: token.type,
      user_token_issued_type: unlessEmpty(token.issuedTokenType),
      user_token_endpoint_url: unlessEmpty(token.issuerEndpointUrl),
      user_token_sec_policy_uri: unlessEmpty(token.securityPolicyUri),
    })
  }
  return link
}

/** The server's discovery URLs have no sender in ICSNPP's log. */
function discovery(application: s.Application, out: LogWriter, hasSender: boolean): string | undefined {
  if (application.discoveryUrls.length === 0) return undefined
  const link = out.id()
  for (const url of application.discoveryUrls) {
    out.row(
      'create_session_discovery',
      { discovery_profile_link_id: link, discovery_profile_uri: application.discoveryProfileUri, discovery_profile_url: url },
      hasSender ? out.from : 'nobody',
    )
  }
  return link
}

function createRequest(b: Of<typeof s.createSessionRequest>, out: LogWriter, link: string): void {
  const { client } = b
  out.row('create_session', {
    opcua_link_id: link,
    application_uri: unlessEmpty(client.applicationUri),
    product_uri: unlessEmpty(client.productUri),
    encoding_mask: client.name.mask,
    locale: (client.name.mask & 1) !== 0 ? client.name.locale : undefined,
    text: (client.name.mask & 2) !== 0 ? client.name.text : undefined,
    application_type: client.type,
    gateway_server_uri: unlessEmpty(client.gatewayServerUri),
    discovery_profile_uri: unlessEmpty(client.discoveryProfileUri),
    discovery_profile_link_id: discovery(client, out, true),
    server_uri: unlessEmpty(b.serverUri),
    endpoint_url: unlessEmpty(b.endpointUrl),
    session_name: unlessEmpty(b.sessionName),
    client_nonce: bytesUnlessEmpty(b.nonce),
    client_cert_size: b.certificate.length > 0 ? b.certificate.length : undefined,
    client_cert: bytesUnlessEmpty(b.certificate),
    req_session_timeout: whole(b.timeout),
    max_res_msg_size: b.maxResponseSize,
  })
}

function createResponse(b: Of<typeof s.createSessionResponse>, out: LogWriter, link: string): void {
  const endpoints = out.id()
  for (const endpoint of b.endpoints) {
    out.row('create_session_endpoints', {
      endpoint_link_id: endpoints,
      endpoint_url: unlessEmpty(endpoint.url),
      ...endpointCells(endpoint, discovery(endpoint.server, out, false), tokens(endpoint, out, 'create_session_user_token')),
    })
  }
  out.row('create_session', {
    opcua_link_id: link,
    ...nodeCells('session_id', b.sessionId),
    ...nodeCells('auth_token', b.token),
    revised_session_timeout: whole(b.timeout),
    server_nonce: bytesUnlessEmpty(b.nonce),
    server_cert_size: b.certificate.length > 0 ? b.certificate.length : undefined,
    server_cert: bytesUnlessEmpty(b.certificate),
    endpoint_link_id: endpoints,
    algorithm: unlessEmpty(b.signature.algorithm),
    signature: bytesUnlessEmpty(b.signature.signature),
    max_req_msg_size: b.maxRequestSize,
  })
}

function activateRequest(b: Of<typeof s.activateSessionRequest>, out: LogWriter, link: string): void {
  let software: string | undefined
  for (const certificate of b.softwareCertificates) {
    software ??= out.id()
    out.row('activate_session_client_software_cert', {
      client_software_cert_link_id: software,
      cert_data: byteText(certificate.data),
      cert_signature: byteText(certificate.signature),
    })
  }
  out.row('activate_session', {
    opcua_link_id: link,
    client_algorithm: unlessEmpty(b.clientSignature.algorithm),
    client_signature: bytesUnlessEmpty(b.clientSignature.signature),
    client_software_cert_link_id: software,
    opcua_locale_link_id: list(out, 'activate_session_locale_id', 'opcua_locale_link_id', 'local_id', b.localeIds),
    ...nodeCells('ext_obj_type_id', b.identity.type),
    ext_obj_type_id_str: OBJECT_TYPES[b.identity.typeId] ?? '',
    ext_obj_encoding: hex(b.identity.encoding, 2),
    ...identityCells(b.identity),
    user_token_algorithm: unlessEmpty(b.tokenSignature.algorithm),
    user_token_signature: bytesUnlessEmpty(b.tokenSignature.signature),
  })
}

function identityCells({ typeId, body }: ExtensionObject): Values {
  if (body === undefined) return {}
  const policy = unlessEmpty((body as { policyId: string }).policyId)
  switch (typeId) {
    case BODY.userNameToken: {
      const { user, password, encryptionAlgorithm } = body as UserNameToken
      return {
        ext_obj_policy_id: policy,
        ext_obj_user_name: unlessEmpty(user),
        ext_obj_password: unlessEmpty(byteText(password)),
        ext_obj_encryption_algorithom: unlessEmpty(encryptionAlgorithm),
      }
    }
    case BODY.certificateToken:
      return { ext_obj_policy_id: policy, ext_obj_certificate_data: bytesUnlessEmpty((body as CertificateToken).certificate) }
    case BODY.issuedToken: {
      const { data, encryptionAlgorithm } = body as IssuedToken
      return {
        ext_obj_policy_id: policy,
        ext_obj_token_data: bytesUnlessEmpty(data),
        ext_obj_encryption_algorithom: unlessEmpty(encryptionAlgorithm),
      }
    }
    default:
      return typeId === BODY.anonymousToken ? { ext_obj_policy_id: policy } : {}
  }
}

function activateResponse(m: Opcua, b: Of<typeof s.activateSessionResponse>, out: LogWriter, link: string): void {
  const status = b.results.length === 0 ? undefined : out.id()
  for (const code of b.results) out.status(status!, SOURCE.activateSession, code)
  out.row('activate_session', {
    opcua_link_id: link,
    server_nonce: shortHex(b.nonce),
    status_code_link_id: status,
    activate_session_diag_info_link_id: out.diagnostics(b.diagnostics, m.response?.strings ?? []),
  })
}
