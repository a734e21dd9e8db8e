/**
 * X.509 certificates: who they name, who signed them, how long they hold, what key they carry.
 *
 *   Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }
 *   TBSCertificate ::= SEQUENCE { [0] version, serial, signature, issuer, validity, subject, subjectPublicKeyInfo, …, [3] extensions }
 *
 * Spec: RFC 5280 §4.1 and §4.2; names as text: RFC 2253.
 */
import { byteText, hexText } from '../byte-text.ts'
import { sha256 } from '../hash/sha256.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'
import { type Der, derChildren, derNumber, derOid, derTime, derValue, EMPTY } from './der.ts'
import { showName } from './name.ts'
import { ALGORITHMS, CURVES, EXTENSION, SPELLED_CURVES } from './x509.table.ts'

export type Certificate = {
  /** SHA-256 of the whole, hex. */
  readonly fingerprint: string
  readonly version: number
  /** Hex, upper case. */
  readonly serial: string
  readonly subject: string
  readonly issuer: string
  readonly commonName: string
  /** Seconds since 1970. */
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  readonly keyAlgorithm: string
  readonly signatureAlgorithm: string
  readonly keyType: 'rsa' | 'dsa' | 'ecdsa' | 'unknown' | undefined
  readonly keyBits: number | undefined
  readonly exponent: string | undefined
  readonly curve: string | undefined
  readonly alternativeNames: { readonly dns: string[]; readonly uri: string[]; readonly email: string[]; readonly ip: string[] } | undefined
  readonly isAuthority: boolean | undefined
  readonly pathLength: number | undefined
  /** What proper issuers do not write and known forgeries and exploits do. */
  readonly oddities: readonly ('spelled-out-curve' | 'overlong-coded-name')[]
}

/** A label in punycode that is longer than any label. */
const OVERLONG_CODED = /xn--[^.@]{60}/i

/** Undefined when the bytes are no certificate. */
export function readCertificate(bytes: Uint8Array): Certificate | undefined {
  const [body, algorithm] = derChildren(derValue(bytes))
  if (body === undefined || body.tag !== 0x30) return undefined
  const fields = derChildren(body)
  const hasVersion = fields[0]?.tag === 0xa0
  const [serial = EMPTY, , issuer = EMPTY, validity = EMPTY, subject = EMPTY, key = EMPTY] = fields.slice(hasVersion ? 1 : 0)
  if (serial.tag !== 0x02 || key.tag !== 0x30) return undefined
  const [notBefore = EMPTY, notAfter = EMPTY] = derChildren(validity)
  const extensions = extensionsOf(fields)
  const [isAuthority, pathLength] = constraints(extensions.get(EXTENSION.basicConstraints))
  return {
    fingerprint: sha256(bytes),
    version: hasVersion ? derNumber(derChildren(fields[0]!)[0] ?? EMPTY) + 1 : 1,
    serial: serialText(serial.bytes),
    subject: showName(subject),
    issuer: showName(issuer),
    commonName: showName(subject, 'CN'),
    notBefore: derTime(notBefore),
    notAfter: derTime(notAfter),
    signatureAlgorithm: algorithmName(derChildren(algorithm ?? EMPTY)[0] ?? EMPTY),
    ...keyOf(key),
    alternativeNames: alternativeNames(extensions.get(EXTENSION.subjectAlternativeName)),
    isAuthority,
    pathLength,
    oddities: [
      ...(spellsCurve(key) ? (['spelled-out-curve'] as const) : []),
      ...(constrainsOverlongName(extensions.get(EXTENSION.nameConstraints)) ? (['overlong-coded-name'] as const) : []),
    ],
  }
}

function algorithmName(oid: Der): string {
  const text = derOid(oid)
  return ALGORITHMS[text] ?? text
}

function serialText(bytes: Uint8Array): string {
  let at = 0
  while (at < bytes.length - 1 && bytes[at] === 0) at++
  return hexText(bytes.subarray(at)).toUpperCase()
}

type Key = Pick<Certificate, 'keyAlgorithm' | 'keyType' | 'keyBits' | 'exponent' | 'curve'>

/** RFC 3279 §2.3: an RSA key is a modulus and an exponent; a curve's key is a point whose curve the parameters name. */
function keyOf(info: Der): Key {
  const [algorithm = EMPTY, bits = EMPTY] = derChildren(info)
  const [oid = EMPTY, parameters = EMPTY] = derChildren(algorithm)
  const keyAlgorithm = algorithmName(oid)
  const key: { -readonly [K in keyof Key]: Key[K] } = {
    keyAlgorithm,
    keyType: 'unknown',
    keyBits: undefined,
    exponent: undefined,
    curve: undefined,
  }
  if (keyAlgorithm === 'rsaEncryption' || keyAlgorithm === 'rsassaPss') {
    const [modulus = EMPTY, exponent = EMPTY] = derChildren(derValue(bits.bytes.subarray(1)))
    key.keyType = 'rsa'
    key.keyBits = bitLength(modulus.bytes)
    key.exponent = exponent.bytes.length > 0 && exponent.bytes.length <= 6 ? String(derNumber(exponent)) : undefined
  } else if (keyAlgorithm === 'id-ecPublicKey') {
    const curve = parameters.tag === 0x30 ? spelledCurve(parameters) : CURVES[derOid(parameters)]
    key.keyType = 'ecdsa'
    key.keyBits = curve?.[1]
    key.curve = curve?.[0]
  } else if (keyAlgorithm === 'dsaEncryption') {
    key.keyType = 'dsa'
    key.keyBits = bitLength(derChildren(parameters)[0]?.bytes ?? EMPTY.bytes)
  } else if (ALGORITHMS[derOid(oid)] === undefined || keyAlgorithm.includes('With')) {
    // An identifier that names no kind of key: nobody can say what it is.
    key.keyType = undefined
  }
  return key
}

/** X9.62's explicit parameters: the second value describes the field, its second value is the prime. */
function spelledCurve(parameters: Der): readonly [name: string | undefined, bits: number] {
  const prime = derChildren(derChildren(parameters)[1] ?? EMPTY)[1] ?? EMPTY
  const text = hexText(prime.bytes)
  return [SPELLED_CURVES.find(([end]) => text.endsWith(end))?.[1], bitLength(prime.bytes)]
}

/** RFC 5480 §2.1.1: certificates name their curve; parameters of one's own let a key pass for another's. */
function spellsCurve(info: Der): boolean {
  const [oid = EMPTY, parameters = EMPTY] = derChildren(derChildren(info)[0] ?? EMPTY)
  return parameters.tag === 0x30 && algorithmName(oid) === 'id-ecPublicKey'
}

/** RFC 5280 §4.2.1.10: permitted and excluded subtrees, each of a name; tag 1 is mail, 2 a host. No label exceeds 63 bytes (RFC 1035 §2.3.4). */
function constrainsOverlongName(value: Der | undefined): boolean {
  if (value === undefined) return false
  const names = derChildren(value).flatMap((subtrees) => derChildren(subtrees).map((subtree) => derChildren(subtree)[0] ?? EMPTY))
  return names.some((name) => (name.tag === 0x81 || name.tag === 0x82) && OVERLONG_CODED.test(byteText(name.bytes)))
}

function bitLength(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length && bytes[at] === 0) at++
  return at === bytes.length ? 0 : (bytes.length - at) * 8 - (Math.clz32(bytes[at]!) - 24)
}

function extensionsOf(fields: readonly Der[]): Map<string, Der> {
  const found = new Map<string, Der>()
  const list = fields.find((f) => f.tag === 0xa3)
  for (const extension of derChildren(derChildren(list ?? EMPTY)[0] ?? EMPTY)) {
    const parts = derChildren(extension)
    const value = parts.at(-1)
    if (parts[0]?.tag === 0x06 && value?.tag === 0x04) found.set(derOid(parts[0]), derValue(value.bytes))
  }
  return found
}

function constraints(value: Der | undefined): [isAuthority: boolean | undefined, pathLength: number | undefined] {
  if (value === undefined) return [undefined, undefined]
  const parts = derChildren(value)
  const length = parts.find((p) => p.tag === 0x02)
  return [parts.some((p) => p.tag === 0x01 && (p.bytes[0] ?? 0) !== 0), length === undefined ? undefined : derNumber(length)]
}

/** RFC 5280 §4.2.1.6: context tags 1 mail, 2 DNS, 6 URI, 7 address. */
function alternativeNames(value: Der | undefined): Certificate['alternativeNames'] {
  if (value === undefined) return undefined
  const names = { dns: [] as string[], uri: [] as string[], email: [] as string[], ip: [] as string[] }
  for (const name of derChildren(value)) {
    if (name.tag === 0x82) names.dns.push(byteText(name.bytes))
    else if (name.tag === 0x81) names.email.push(byteText(name.bytes))
    else if (name.tag === 0x86) names.uri.push(byteText(name.bytes))
    else if (name.tag === 0x87) names.ip.push(name.bytes.length === 4 ? showIpv4(name.bytes) : showIpv6(name.bytes))
  }
  return names
}

/** RFC 6125 §6.4: exact, or one wildcard label at the left; the common name only where no DNS names are given. */
export function matchesHost(certificate: Certificate, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '')
  const { alternativeNames } = certificate
  const patterns = alternativeNames !== undefined && alternativeNames.dns.length > 0 ? alternativeNames.dns : [certificate.commonName]
  return patterns.some((pattern) => {
    const name = pattern.toLowerCase().replace(/\.$/, '')
    if (!name.startsWith('*.')) return name === wanted
    const dot = wanted.indexOf('.')
    return dot > 0 && wanted.slice(dot) === name.slice(1) && name.indexOf('.', 2) > 0
  })
}
