/**
 * RADIUS: an access server asks whether a user may come in, and reports sessions.
 *
 *   | code u8 | identifier u8 | length u16 | authenticator 16 | attributes: type u8, length u8, value … |   big-endian
 *
 * Spec: RFC 2865 §3 and §5, RFC 2866 (accounting), RFC 5176 (changes of authorization).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { ATTRIBUTES, CODES } from './radius.table.ts'

export type Radius = {
  code: number
  name: string
  id: number
  /** In order; values borrowed: copy to keep. */
  attributes: { readonly type: number; readonly value: Uint8Array }[]
  anomalies: ('truncated' | 'unknown-code' | 'bad-attribute' | 'trailing-bytes')[]
}

export type RadiusState = { row: unknown; isBroken: boolean }

const HEAD = 20
/** RFC 2865 §3. */
const MAX_PACKET = 4096
const PORTS: readonly number[] = [1812, 1813, 1645, 1646, 3799]

export const dissector: Dissector<Radius, RadiusState> = {
  name: 'radius',
  ports: ['udp/1812', 'udp/1813', 'udp/1645', 'udp/1646', 'udp/3799'],
  maxFrame: 65_535,
  start: () => ({ row: undefined, isBroken: false }),
  frame(head, ctx) {
    const size = head.left
    if (size < HEAD) return NEED_MORE
    const { serverPort, clientPort } = ctx.flow
    if (PORTS.includes(serverPort ?? 0) || PORTS.includes(clientPort ?? 0)) return size
    return isWhole(head) ? size : NOT_MINE
  },
  key: (head) => (isKnown(head.u8()) ? head.u8() : undefined),
  parse(r) {
    const start = r.at
    const code = r.u8('code')
    r.note(CODES[code]?.name ?? 'unknown')
    const m: Radius = { code, name: CODES[code]?.name ?? `code ${code}`, id: r.u8('identifier'), attributes: [], anomalies: [] }
    const length = r.u16('length')
    r.view(16, 'authenticator')
    const isShort = r.short || r.end - start < length
    while (r.left >= 2) {
      const type = r.peek()
      const size = r.peek(1)
      if (size < 2 || size > r.left) {
        m.anomalies.push('bad-attribute')
        r.view(r.left, 'rest')
        break
      }
      const attribute = r.sub(size, ATTRIBUTES[type] ?? `attribute ${type}`)
      attribute.skip(2, 'type, length')
      m.attributes.push({ type, value: attribute.view(size - 2, 'value') })
    }
    if (CODES[code] === undefined) m.anomalies.push('unknown-code')
    if (isShort || r.left === 1) m.anomalies.push('truncated')
    else if (r.end - start > length) m.anomalies.push('trailing-bytes')
    if (r.left > 0) r.view(r.left, 'rest')
    return m
  },
  side(head) {
    const code = CODES[head.peek()]
    return code === undefined ? undefined : code.isRequest ? 'client' : 'server'
  },
}

function isKnown(code: number): boolean {
  return CODES[code] !== undefined
}

/** On other ports: a known code, a length that is the datagram's, attributes that fill it. */
function isWhole(r: Reader): boolean {
  const size = r.left
  if (!isKnown(r.u8())) return false
  const length = r.skip(1).u16()
  if (length !== size || length > MAX_PACKET) return false
  r.skip(16)
  if (r.left === 0) return false
  while (r.left > 0) {
    if (ATTRIBUTES[r.u8()] === undefined) return false
    const attribute = r.u8()
    if (attribute < 3) return false
    r.skip(attribute - 2)
    if (r.short) return false
  }
  return true
}

export function attributeOf(m: Radius, type: number): Uint8Array | undefined {
  return m.attributes.find((a) => a.type === type)?.value
}
