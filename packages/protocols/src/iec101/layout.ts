/**
 * Which sizes a link uses: IEC 60870-5-101 lets every pair of stations agree on the bytes of the link address, the cause, the
 * station and the object address (§6.2.1, §7.2). Nothing on the wire tells; the lengths of what goes by do.
 */
import { type Form, objectsSize } from '../iec104/asdu.ts'
import { CAUSES, TYPES } from '../iec104/iec104.table.ts'

export type Layout = Form & { readonly link: 0 | 1 | 2 }

/** Usual ones first. */
const FORMS: readonly Form[] = [
  { cause: 1, station: 1, address: 2 },
  { cause: 2, station: 2, address: 3 },
  { cause: 1, station: 2, address: 2 },
  { cause: 1, station: 1, address: 1 },
  { cause: 1, station: 2, address: 3 },
  { cause: 2, station: 2, address: 2 },
  { cause: 2, station: 1, address: 2 },
  { cause: 1, station: 1, address: 3 },
  { cause: 2, station: 1, address: 3 },
  { cause: 1, station: 2, address: 1 },
  { cause: 2, station: 1, address: 1 },
  { cause: 2, station: 2, address: 1 },
]
export const LAYOUTS: readonly Layout[] = ([1, 2, 0] as const).flatMap((link) => FORMS.map((form) => ({ ...form, link })))

/** True when the bytes from the control field up to the check are user data in this layout. */
export function fits(bytes: Uint8Array, at: number, end: number, layout: Layout): boolean {
  const { link, cause, station, address } = layout
  const start = at + 1 + link
  const objects = start + 2 + cause + station
  if (objects + address > end) return false
  const type = bytes[start]!
  const qualifier = bytes[start + 1]!
  if (TYPES[type] === undefined || (qualifier & 0x7f) === 0 || !isCause(bytes[start + 2]! & 0x3f)) return false
  // Station 0 is not used (§7.2.4).
  let any = 0
  for (let i = 0; i < station; i++) any |= bytes[start + 2 + cause + i]!
  const size = objectsSize(type, qualifier, address)
  return any !== 0 && (size === undefined ? address + 3 <= end - objects : objects + size === end)
}

const isCause = (cause: number): boolean => CAUSES[cause] !== undefined || (cause > 20 && cause < 42)
