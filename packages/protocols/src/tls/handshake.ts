/** Handshake messages (RFC 5246 §7.4, RFC 8446 §4): what each side offers, what was chosen, the certificates. */
import type { Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import { type Certificate, readCertificate } from '../x509/certificate.ts'
import { EXTENSION, HANDSHAKE, isGrease } from './tls.table.ts'

export type Hello = {
  isClient: boolean
  /** The version that was meant: of the extension where it is there. */
  version: number
  legacyVersion: number
  sessionId: string
  ciphers: number[]
  extensions: number[]
  serverName: string | undefined
  /** Application protocols, offered or chosen. */
  protocols: string[]
  signatures: number[]
  group: number | undefined
  hasTicket: boolean
  /** The ticket's key name and first bytes are zero: whoever knows that can open it. */
  hasZeroTicketKey?: boolean
  isRetry: boolean
}

export type Handshake = {
  type: number
  length: number
  hello: Hello | undefined
  certificates: Certificate[]
  group: number | undefined
  /** An OCSP response sent along (RFC 6066 §8), copied. */
  status: Uint8Array | undefined
}

/** Certificates read of one chain. */
const MAX_CHAIN = 16
const MAX_LIST = 512
/** RFC 8446 §4.1.3: the random of a server hello that asks for another client hello. */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'
const NO_SESSION = /^(?:00)*$/

/** Reads one message whose body is all of `r`. */
export function readHandshake(r: Reader, type: number, length: number, isDatagram: boolean): Handshake {
  const m: Handshake = { type, length, hello: undefined, certificates: [], group: undefined, status: undefined }
  if (type === HANDSHAKE.clientHello) m.hello = clientHello(r, isDatagram)
  else if (type === HANDSHAKE.serverHello) m.hello = serverHello(r)
  else if (type === HANDSHAKE.certificate) m.certificates = chain(r)
  else if (type === HANDSHAKE.serverKeyExchange) m.group = namedCurve(r)
  else if (type === HANDSHAKE.certificateStatus && r.u8('status type') === 1) m.status = r.view(r.u24('length'), 'OCSP response').slice()
  return m
}

function emptyHello(isClient: boolean): Hello {
  return {
    isClient,
    version: 0,
    legacyVersion: 0,
    sessionId: '',
    ciphers: [],
    extensions: [],
    serverName: undefined,
    protocols: [],
    signatures: [],
    group: undefined,
    hasTicket: false,
    isRetry: false,
  }
}

function clientHello(r: Reader, isDatagram: boolean): Hello {
  const h = emptyHello(true)
  h.legacyVersion = r.u16('version')
  h.version = h.legacyVersion
  r.view(32, 'random')
  h.sessionId = sessionId(r)
  // RFC 6347 §4.2.1: the answer to a hello verify request comes here.
  if (isDatagram) r.view(r.u8('cookie length'), 'cookie')
  const ciphers = r.sub(r.u16('ciphers length'), 'ciphers')
  while (ciphers.left >= 2 && h.ciphers.length < MAX_LIST) h.ciphers.push(ciphers.u16('cipher'))
  r.view(r.u8('compression methods length'), 'compression methods')
  if (r.left >= 2) extensions(r, h)
  return h
}

function serverHello(r: Reader): Hello {
  const h = emptyHello(false)
  h.legacyVersion = r.u16('version')
  h.version = h.legacyVersion
  h.isRetry = hexText(r.view(32, 'random')) === RETRY_RANDOM
  // Drafts of TLS 1.3 before the 22nd have neither session nor compression.
  if (h.legacyVersion >> 8 !== 0x7f || (h.legacyVersion & 0xff) >= 22) {
    h.sessionId = sessionId(r)
    h.ciphers.push(r.u16('cipher'))
    r.u8('compression method')
  } else h.ciphers.push(r.u16('cipher'))
  if (r.left >= 2) extensions(r, h)
  return h
}

function sessionId(r: Reader): string {
  const id = hexText(r.view(r.u8('session id length'), 'session id'))
  return NO_SESSION.test(id) ? '' : id
}

function extensions(r: Reader, h: Hello): void {
  const list = r.sub(r.u16('extensions length'), 'extensions')
  while (list.left >= 4 && h.extensions.length < MAX_LIST) {
    const type = list.u16('extension')
    h.extensions.push(type)
    const body = list.sub(list.u16('length'), `extension ${type}`)
    extension(type, body, h)
  }
  if (list.short) r.short = true
}

function extension(type: number, r: Reader, h: Hello): void {
  switch (type) {
    case EXTENSION.serverName:
      if (h.isClient && r.left >= 5) {
        r.skip(3, 'list length and name type')
        h.serverName = byteText(r.view(r.u16('name length'), 'server name'))
      }
      break
    case EXTENSION.protocols:
      r.u16('list length')
      while (r.left > 0 && h.protocols.length < 64) h.protocols.push(byteText(r.view(r.u8('length'), 'protocol')))
      break
    case EXTENSION.signatures:
      r.u16('list length')
      while (r.left >= 2 && h.signatures.length < MAX_LIST) h.signatures.push(r.u16('signature algorithm'))
      break
    case EXTENSION.versions:
      supportedVersions(r, h)
      break
    case EXTENSION.keyShare:
      if (!h.isClient) h.group = r.u16('group')
      break
    case EXTENSION.ticket:
      h.hasTicket = r.left > 0
      // RFC 5077 §4: a ticket begins with the name of the key that closes it, sixteen bytes.
      h.hasZeroTicketKey = r.left >= 32 && r.view(16, 'key name').every((byte) => byte === 0)
      break
  }
}

function supportedVersions(r: Reader, h: Hello): void {
  if (!h.isClient) {
    h.version = r.u16('version')
    return
  }
  r.u8('list length')
  let best = 0
  while (r.left >= 2) {
    const version = r.u16('version')
    if (!isGrease(version) && version > best && version >> 8 !== 0x7f) best = version
  }
  if (best !== 0) h.version = best
}

function chain(r: Reader): Certificate[] {
  const certificates: Certificate[] = []
  const list = r.sub(r.u24('certificates length'), 'certificates')
  while (list.left >= 3 && certificates.length < MAX_CHAIN) {
    const bytes = list.view(list.u24('length'), 'certificate')
    const certificate = readCertificate(bytes)
    if (certificate === undefined) continue
    list.note(certificate.subject)
    certificates.push(certificate)
  }
  return certificates
}

/** RFC 8422 §5.4: a named curve has type 3; other key exchanges look different and are refused. */
function namedCurve(r: Reader): number | undefined {
  return r.u8('curve type') === 3 ? r.u16('curve') : undefined
}
