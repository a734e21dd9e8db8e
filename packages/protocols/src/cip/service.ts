/** One message of the message router: a service asked of an object, or its answer. Spec: Vol. 1, §2-4. */
import type { Reader } from '@isthmus/wire'
import { SERVICES, STATUS } from './cip.table.ts'
import { NO_PATH, type Path, readPath } from './path.ts'

const EMPTY = new Uint8Array(0)
const NONE: readonly Service[] = []
export const MULTIPLE = 0x0a
export const UNCONNECTED_SEND = 0x52
/** Services in one multiple service packet, and packets within packets. */
const MAX_PARTS = 256
const MAX_DEPTH = 2

/** -1 where a field does not occur. A question's data is copied, an answer's borrowed. */
export type Service = {
  readonly code: number
  readonly isAnswer: boolean
  readonly path: Path
  readonly status: number
  /** First word of the extended status. */
  readonly extended: number
  readonly data: Uint8Array
  /** Equal for repeated questions; and for questions of the same service and path, whatever their data. */
  readonly signature: number
  readonly target: number
  /** Of a multiple service packet. */
  parts: readonly Service[]
  /** Of an unconnected send: what is asked of the node at the end of `route`. */
  inner: Service | undefined
  route: string
}

export function readService(r: Reader, depth = 0): Service {
  const from = r.at
  const byte = r.u8('service')
  const code = byte & 0x7f
  r.note(SERVICES[code]?.[0] ?? '')
  if (byte & 0x80) {
    r.skip(1, 'reserved')
    const status = r.u8('status')
    r.note(STATUS[status] ?? '')
    const words = r.u8('extended status words')
    const extended = words > 0 ? r.u16le('extended status') : -1
    if (words > 1) r.skip((words - 1) * 2, 'extended status')
    const at = r.at
    const data = r.view(r.left, 'data')
    const answer = service(code, true, NO_PATH, status, extended, data, 0, 0)
    if (code === MULTIPLE && depth < MAX_DEPTH) answer.parts = readParts(r, at, depth)
    return answer
  }
  const pathReader = r.sub(r.u8('path words') * 2, 'path')
  const path = readPath(pathReader)
  if (pathReader.short) r.short = true
  const at = r.at
  const data = r.view(r.left, 'data')
  const question = service(
    code,
    false,
    path,
    -1,
    -1,
    data.length === 0 ? EMPTY : data.slice(),
    signatureOf(r.bytes, from, r.end),
    signatureOf(r.bytes, from, at),
  )
  if (code === MULTIPLE && path.classId === 2 && depth < MAX_DEPTH) question.parts = readParts(r, at, depth)
  else if (code === UNCONNECTED_SEND && path.classId === 6 && depth < MAX_DEPTH) readUnconnected(r, at, question, depth)
  return question
}

function service(
  code: number,
  isAnswer: boolean,
  path: Path,
  status: number,
  extended: number,
  data: Uint8Array,
  signature: number,
  target: number,
): Service {
  return { code, isAnswer, path, status, extended, data, signature, target, parts: NONE, inner: undefined, route: '' }
}

/** Vol. 1, App.: count, offsets from the count, services. */
function readParts(r: Reader, at: number, depth: number): Service[] {
  const parts: Service[] = []
  const { end } = r
  r.at = at
  const count = r.left >= 2 ? r.u16le('service count') : 0
  const offsets: number[] = []
  for (let i = 0; i < count && i < MAX_PARTS && r.left >= 2; i++) offsets.push(r.u16le('offset'))
  for (let i = 0; i < offsets.length; i++) {
    const start = at + offsets[i]!
    const stop = Math.min(end, i + 1 < offsets.length ? at + offsets[i + 1]! : end)
    if (start < r.at || start >= stop) {
      r.short = true
      break
    }
    r.at = start
    const part = r.sub(stop - start, `service ${i + 1}`)
    parts.push(readService(part, depth + 1))
    if (part.short) r.short = true
  }
  if (parts.length < count) r.short = true
  r.at = end
  return parts
}

/** Vol. 1, §3-5.5.4: time-out, the message with its size, and the route to it. */
function readUnconnected(r: Reader, at: number, question: Service, depth: number): void {
  const { end } = r
  r.at = at
  r.skip(2, 'time-out')
  const size = r.u16le('message size')
  const message = r.sub(size, 'message')
  question.inner = readService(message, depth + 1)
  if (message.short) r.short = true
  if (size % 2 === 1) r.skip(1, 'pad')
  const words = r.u8('route words')
  r.skip(1, 'reserved')
  const route = r.sub(words * 2, 'route')
  question.route = readPath(route).route
  if (route.short) r.short = true
  r.at = end
}

/** FNV-1a twice over with different primes, joined below 2^53. */
function signatureOf(bytes: Uint8Array, at: number, end: number): number {
  let a = 0x811c9dc5
  let b = 0x01234567
  for (let i = at; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b)
  }
  return (a >>> 0) * 0x20_0000 + ((b ^ (b >>> 11)) & 0x1f_ffff)
}
