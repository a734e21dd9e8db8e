/**
 * CODESYS V3, services inside channels: what the engineering system asks of a controller's components.
 *
 *   | CD55 plain, 7557 secured | header size u16 | group u16, 80 in answers | command u16 | session u32 | size u32 | additional u32 | tags |
 *   tag: id and size in groups of 7 bits, lowest first; ids from 80 hold tags   little-endian
 *
 * As publicly analysed: see codesys.ts.
 */
import { type Context, type Dissector, NOT_MINE, type Reader } from '@isthmus/wire'
import type { MovingFile } from '../moving-file.ts'
import { GROUPS, SERVICES } from './codesys.table.ts'

export type CodesysService = {
  readonly isSecured: boolean
  readonly group: number
  readonly command: number
  readonly isAnswer: boolean
  readonly session: number
  readonly tags: readonly Tag[]
  /** The tags' bytes, borrowed. */
  readonly content: Uint8Array
  readonly anomalies: readonly string[]
}
/** Leaves only; views are borrowed. */
export type Tag = { readonly id: number; readonly data: Uint8Array }

export type ServiceState = { user: string; file: MovingFile | undefined; application: string }

/** The result of an answer, absent where all is well: a leaf, though its id is that of a parent. */
export const RESULT = 0x3fff
const PLAIN = 0xcd55
const SECURED = 0x7557
const HEAD = 16
const MAX_TAGS = 256
const MAX_DEPTH = 8
const CLEAN: readonly string[] = []

export const serviceDissector: Dissector<CodesysService, ServiceState> = {
  name: 'codesys-service',
  ports: ['codesys/service'],
  maxFrame: 4 << 20,
  start: () => ({ user: '', file: undefined, application: '' }),
  frame(head) {
    const protocol = head.peek() | (head.peek(1) << 8)
    if (head.left < HEAD || (protocol !== PLAIN && protocol !== SECURED)) return NOT_MINE
    const size = head.peek(2) | (head.peek(3) << 8)
    return size === 12 || size === 16 ? head.left : NOT_MINE
  },
  key: (head) => ((head.peek(4) & 0x7f) << 16) | head.peek(6) | (head.peek(7) << 8),
  parse,
  side: (head) => (head.peek(4) & 0x80 ? 'server' : 'client'),
}

function parse(r: Reader, ctx: Context<CodesysService, ServiceState>): CodesysService {
  const isSecured = r.u16le('protocol') === SECURED
  const headerSize = r.u16le('header size')
  const group = r.u16le('group')
  r.note(GROUPS[group & 0x7f] ?? 'unknown')
  const command = r.u16le('command')
  r.note(SERVICES[group & 0x7f]?.[command]?.[0] ?? 'unknown')
  const session = r.u32le('session')
  const size = r.u32le('content size')
  if (headerSize === 16) r.u32le('additional')
  const tags: Tag[] = []
  const content = r.bytes.subarray(r.at, Math.min(r.end, r.at + size))
  const isCut = size > r.left
  if (!isSecured) readTags(r.sub(Math.min(size, r.left), 'tags'), tags, 0)
  else r.view(Math.min(size, r.left), 'secured content')
  const anomalies =
    r.short || isCut
      ? ['truncated']
      : r.left > 0
        ? ['trailing-bytes']
        : (group & 0x80) !== 0 && ctx.asked === undefined
          ? ['unsolicited']
          : CLEAN
  return { isSecured, group: group & 0x7f, command, isAnswer: (group & 0x80) !== 0, session, tags, content, anomalies }
}

function readTags(r: Reader, tags: Tag[], depth: number): void {
  while (r.left > 1 && tags.length < MAX_TAGS) {
    const id = readNumber(r, 'tag')
    const size = readNumber(r, 'tag size')
    if (r.short || size > r.left) {
      if (r.left > 0) r.view(r.left, 'rest')
      return
    }
    if ((id & 0x80) !== 0 && id !== RESULT && depth < MAX_DEPTH) readTags(r.sub(size, `tag 0x${id.toString(16)}`), tags, depth + 1)
    else tags.push({ id, data: r.view(size, `tag 0x${id.toString(16)}`) })
  }
}

/** At most five groups of seven bits. */
function readNumber(r: Reader, label: string): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const b = r.u8(label)
    value += (b & 0x7f) * 2 ** shift
    if (b < 0x80) break
  }
  return value
}
