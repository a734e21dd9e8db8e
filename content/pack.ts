/**
 * Content packs: rules, indicators and YARA rules in one signed file, as they come to a site that nobody can reach. JSON;
 * the signature (Ed25519, RFC 8032) is over everything but itself, written as RFC 8785 (JSON Canonicalization Scheme) says.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

export const PACK_KINDS = ['rule', 'indicators', 'yara'] as const
export type PackKind = (typeof PACK_KINDS)[number]
/** `path` is relative, of letters, digits, dots, dashes and underlines. */
export type PackFile = { readonly path: string; readonly kind: PackKind; readonly text: string }

export type Pack = {
  /** Its name: packs of one name are versions of one another. */
  readonly pack: string
  /** Whole, from 1; a later one is higher. */
  readonly version: number
  /** ISO 8601, UTC. */
  readonly issued: string
  readonly about: string
  readonly files: readonly PackFile[]
}
/** `key` is the fingerprint of the public key, `value` the signature in base64. */
export type SignedPack = Pack & { readonly signature: { readonly key: string; readonly value: string } }

/** Why a text is no pack. */
export class PackRefused extends Error {
  override readonly name = 'PackRefused'
}

export const MAX_PACK_BYTES = 64 << 20
const MAX_FILES = 10_000
const MAX_VERSION = 1e9
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,7}$/
const ISSUED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** SHA-256 over the key's SubjectPublicKeyInfo in DER (RFC 8410), in hex. Refuses what is no Ed25519 public key. */
export function fingerprintOf(key: KeyObject): string {
  if (key.type !== 'public' || key.asymmetricKeyType !== 'ed25519') throw new PackRefused('the key is no Ed25519 public key')
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** A public key from PEM; refuses anything else. */
export function readPublicKey(pem: string): KeyObject {
  // Of a private key the library would take the public half: whoever hands one in has made a mistake that must not be kept.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) throw new PackRefused('this is no public key in PEM')
  try {
    const key = createPublicKey(pem)
    fingerprintOf(key)
    return key
  } catch {
    throw new PackRefused('this is no Ed25519 public key in PEM')
  }
}

/** The pack as a text to be carried. */
export function signPack(pack: Pack, privateKey: KeyObject): string {
  const known = checked(pack)
  const value = sign(null, signedText(known), privateKey).toString('base64')
  const signed: SignedPack = { ...known, signature: { key: fingerprintOf(createPublicKey(privateKey)), value } }
  return `${JSON.stringify(signed, undefined, 1)}\n`
}

/** A pack as it was written, its signature not yet verified. Throws `PackRefused` for anything else. */
export function readPack(text: string): SignedPack {
  if (text.length > MAX_PACK_BYTES) throw new PackRefused(`larger than ${MAX_PACK_BYTES} bytes`)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new PackRefused('this is not JSON')
  }
  if (!isMap(document)) throw new PackRefused('a pack is a JSON object')
  const { signature } = document
  if (!isMap(signature) || typeof signature.key !== 'string' || typeof signature.value !== 'string')
    throw new PackRefused('signature: it has none')
  const { key, value } = signature
  if (!/^[0-9a-f]{64}$/.test(key) || Buffer.from(value, 'base64').toString('base64') !== value)
    throw new PackRefused('signature: key is a fingerprint in hex, value is base64')
  onlyKeys(document, 'pack', ['pack', 'version', 'issued', 'about', 'files', 'signature'])
  onlyKeys(signature, 'signature', ['key', 'value'])
  return { ...checked(document), signature: { key, value } }
}

/** Whether the holder of this key signed exactly this pack. */
export function isSignedBy(pack: SignedPack, key: KeyObject): boolean {
  if (pack.signature.key !== fingerprintOf(key)) return false
  return verify(null, signedText(pack), key, Buffer.from(pack.signature.value, 'base64'))
}

function checked({ pack, version, issued, about, files }: Readonly<Record<string, unknown>>): Pack {
  if (typeof pack !== 'string' || !NAME.test(pack)) throw new PackRefused('pack: a name of lower-case letters, digits and dashes')
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > MAX_VERSION)
    throw new PackRefused('version: a whole number from 1')
  if (typeof issued !== 'string' || !ISSUED.test(issued)) throw new PackRefused('issued: a time as 2026-03-02T08:00:00Z')
  if (!isText(about) || about.length > 2000) throw new PackRefused('about: a text of up to 2000 characters')
  if (!Array.isArray(files) || files.length === 0 || files.length > MAX_FILES) throw new PackRefused(`files: 1 to ${MAX_FILES} of them`)
  const paths = new Set<string>()
  return { pack, version, issued, about, files: files.map((file, i) => checkedFile(file, i, paths)) }
}

function checkedFile(file: unknown, i: number, paths: Set<string>): PackFile {
  if (!isMap(file)) throw new PackRefused(`files.${i}: an object with path, kind and text`)
  onlyKeys(file, `files.${i}`, ['path', 'kind', 'text'])
  const { path, kind, text } = file
  if (typeof path !== 'string' || !PATH.test(path)) throw new PackRefused(`files.${i}.path: no path that a pack may hold`)
  if (paths.has(path)) throw new PackRefused(`files.${i}.path: "${path}" is there twice`)
  paths.add(path)
  if (!PACK_KINDS.includes(kind as PackKind)) throw new PackRefused(`files.${i}.kind: one of ${PACK_KINDS.join(', ')}`)
  if (!isText(text)) throw new PackRefused(`files.${i}.text: no text`)
  return { path, kind: kind as PackKind, text }
}

/** As it may be said to people, and kept. */
const plain = (key: string): string =>
  key
    .slice(0, 40)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')

/** What a database holds as text, byte for byte: it is what was signed. */
const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed() && !value.includes('\0')

function onlyKeys(map: Readonly<Record<string, unknown>>, where: string, allowed: readonly string[]): void {
  for (const key of Object.keys(map)) if (!allowed.includes(key)) throw new PackRefused(`${where}: "${plain(key)}" is not known`)
}

/** Keys sorted, no white space: JSON of texts and whole numbers is then canonical. */
function signedText({ pack, version, issued, about, files }: Pack): Buffer {
  const sorted = files.map(({ path, kind, text }) => ({ kind, path, text }))
  return Buffer.from(JSON.stringify({ about, files: sorted, issued, pack, version }), 'utf8')
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
