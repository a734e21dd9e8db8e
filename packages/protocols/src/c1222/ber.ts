/** Object identifiers as C12.22 encodes them (IEEE 1703 §5.2). */
import type { Reader } from '@isthmus/wire'
import { berLength, oidOf, relativeOidOf, TAG } from '../asn1/ber.ts'

/** Universal ones, and those relative to the protocol's own. */
export function readIdentifier(r: Reader, label: string): string {
  const tag = r.u8(`${label}, tag`)
  const bytes = r.view(berLength(r), label)
  const text = tag === TAG.oid ? oidOf(bytes) : relativeOidOf(bytes)
  r.note(text)
  return text
}
