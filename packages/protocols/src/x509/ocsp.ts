/** OCSP responses (RFC 6960 §4.2.1): what an authority says of certificates. */
import { hexText } from '../byte-text.ts'
import { type Der, derChildren, derOid, derTime, derValue, EMPTY } from './der.ts'

export type OcspAnswer = {
  readonly algorithm: string
  /** Hex, upper case. */
  readonly issuerName: string
  readonly issuerKey: string
  readonly serial: string
  readonly status: 'good' | 'revoked' | 'unknown'
  /** Seconds since 1970. */
  readonly revokedAt: number | undefined
  readonly reason: string | undefined
  readonly thisUpdate: number | undefined
  readonly nextUpdate: number | undefined
}

/** Answers in one response: usually one. */
const MAX_ANSWERS = 64
const STATUSES: readonly OcspAnswer['status'][] = ['good', 'revoked', 'unknown']
const ALGORITHMS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '1.2.840.113549.2.5': 'md5',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
/** RFC 5280 §5.3.1. */
const REASONS: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  '',
  'removeFromCRL',
]

export function readOcsp(bytes: Uint8Array): OcspAnswer[] {
  const [, body] = derChildren(derValue(bytes))
  const [, content] = derChildren(derChildren(body ?? EMPTY)[0] ?? EMPTY)
  const [data] = derChildren(derValue(content?.bytes ?? new Uint8Array(0)))
  const list = derChildren(data ?? EMPTY).find((c) => c.tag === 0x30)
  return list === undefined ? [] : derChildren(list).slice(0, MAX_ANSWERS).flatMap(answer)
}

function answer(single: Der): OcspAnswer[] {
  const [id = EMPTY, status = EMPTY, thisUpdate = EMPTY, ...rest] = derChildren(single)
  const [algorithm = EMPTY, name = EMPTY, key = EMPTY, serial = EMPTY] = derChildren(id)
  const state = STATUSES[status.tag & 0x1f]
  if (serial.tag !== 0x02 || state === undefined) return []
  const oid = derOid(derChildren(algorithm)[0] ?? EMPTY)
  const [revokedAt, reason] = state === 'revoked' ? derChildren(status) : []
  const next = rest.find((c) => c.tag === 0xa0)
  return [
    {
      algorithm: ALGORITHMS[oid] ?? oid,
      issuerName: hexText(name.bytes, 128).toUpperCase(),
      issuerKey: hexText(key.bytes, 128).toUpperCase(),
      serial: hexText(withoutSign(serial.bytes), 128).toUpperCase(),
      status: state,
      revokedAt: revokedAt === undefined ? undefined : derTime(revokedAt),
      reason: state !== 'revoked' ? undefined : (REASONS[derChildren(reason ?? EMPTY)[0]?.bytes[0] ?? 0] ?? 'unspecified'),
      thisUpdate: derTime(thisUpdate),
      nextUpdate: next === undefined ? undefined : derTime(derChildren(next)[0] ?? EMPTY),
    },
  ]
}

function withoutSign(bytes: Uint8Array): Uint8Array {
  return bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes
}
