/**
 * An Internet message on its way, line by line: its header fields, its parts, their content decoded and passed on as files.
 *
 * Spec: RFC 5322 §2.2 (fields, folding), RFC 2045 §5, §6 (types, encodings), RFC 2046 §5 (multipart, message). Boundaries,
 * inherited encodings and the line ends that belong to a part are taken as Zeek takes them.
 */
import { byteText } from '../byte-text.ts'
import { Base64 } from './base64.ts'
import { PassingFile } from './passing-file.ts'

export type Part = {
  /** Its number in the message, from 1: the message itself. */
  readonly number: number
  readonly file: PassingFile
  name: string | undefined
  /** First and last time content came; set by whoever knows the time. */
  at: number | undefined
  lastAt: number
}

export type MailEvent =
  | { readonly kind: 'begin'; readonly part: Part }
  | { readonly kind: 'field'; readonly part: Part; readonly name: string; readonly value: string }
  | { readonly kind: 'content'; readonly part: Part }
  | { readonly kind: 'end'; readonly part: Part }

type Encoding = 'none' | 'quoted' | 'base64'
type Entity = {
  readonly part: Part
  readonly isInMultipart: boolean
  inHeader: boolean
  /** The field at hand, unfolded. */
  field: string | undefined
  type: 'multipart' | 'message' | 'leaf'
  boundary: string | undefined
  encoding: Encoding
  base64: Base64 | undefined
  /** A line end that belongs to the part if more of it follows, to the boundary if not. */
  owesLineEnd: boolean
}

/** Parts within parts; what lies deeper is content of the last. */
const MAX_DEPTH = 64
const MAX_FIELD = 8192
/** Characters in which a type is looked for: dots and dashes could be either of its parts. */
const MAX_TYPE = 256
const CRLF = Uint8Array.of(13, 10)
const NO_BYTES = new Uint8Array(0)
/** A line without an end is passed on in pieces of this length. */
const MAX_REST = MAX_FIELD

export class Mail {
  readonly #stack: Entity[] = []
  #parts: number
  #events: MailEvent[] = []
  #last: Part | undefined = undefined
  #rest: Uint8Array = NO_BYTES
  #isInLine = false
  #chunked = 0
  #closedAt: number | undefined = undefined

  /** `parts` were seen before in the same session: numbers go on from there. */
  constructor(parts = 0) {
    this.#parts = parts
    this.#push(undefined)
  }

  get parts(): number {
    return this.#parts
  }

  /** What happened since the last call. */
  take(): MailEvent[] {
    const taken = this.#events
    this.#events = []
    this.#last = undefined
    return taken
  }

  /** Bytes of `chunk` up to the end of the boundary that closed the message; undefined before. */
  get closedAt(): number | undefined {
    return this.#closedAt
  }

  /** One line without its end, or, when it is long, a piece of one. */
  line(bytes: Uint8Array, isWhole = true): void {
    const continues = this.#isInLine
    this.#isInLine = !isWhole
    for (let i = 0; i < this.#stack.length; i++) {
      const e = this.#stack[i]!
      if (e.inHeader) return this.#header(e, bytes)
      if (e.type === 'multipart') {
        const kind = continues ? undefined : boundaryKind(bytes, e.boundary ?? '')
        if (kind !== undefined) {
          this.#popTo(i + 1)
          if (kind === 'next') this.#push(e)
          else if (i === 0) this.#closedAt = this.#chunked + bytes.length + CRLF.length
          return
        }
      }
      if (e.type === 'leaf' || (i === this.#stack.length - 1 && e.type === 'message')) return this.#content(e, bytes, isWhole)
    }
  }

  /** Bytes where only both, return and line feed, end a line, so that content is not touched; what has no end yet waits for the next. */
  chunk(bytes: Uint8Array): void {
    const data = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes)
    let from = Math.max(0, this.#rest.length - 1)
    this.#rest = NO_BYTES
    let at = 0
    for (let stop = lineEnd(data, from); stop >= 0; stop = lineEnd(data, from)) {
      this.line(data.subarray(at, stop))
      this.#chunked += stop + CRLF.length - at
      at = from = stop + CRLF.length
    }
    let { length } = data
    if (length - at > MAX_REST) {
      if (data[length - 1] === CRLF[0]) length--
      this.line(data.subarray(at, length), false)
      this.#chunked += length - at
      at = length
    }
    if (at < data.length) this.#rest = data.slice(at)
  }

  /** Bytes of the message that were not captured. */
  lost(length: number): void {
    this.#stack.at(-1)?.part.file.lost(length)
  }

  /** The message is over. */
  end(): void {
    if (this.#rest.length > 0) this.line(this.#rest, false)
    this.#rest = NO_BYTES
    this.#popTo(0)
  }

  #push(parent: Entity | undefined): void {
    if (this.#stack.length >= MAX_DEPTH) return
    const part: Part = { number: ++this.#parts, file: new PassingFile(), name: undefined, at: undefined, lastAt: 0 }
    this.#stack.push({
      part,
      isInMultipart: parent?.type === 'multipart',
      inHeader: true,
      field: undefined,
      type: 'leaf',
      boundary: undefined,
      encoding: parent?.encoding ?? 'none',
      base64: undefined,
      owesLineEnd: false,
    })
    this.#events.push({ kind: 'begin', part })
  }

  #popTo(depth: number): void {
    while (this.#stack.length > depth) {
      const e = this.#stack.pop()!
      if (e.inHeader) this.#fieldOver(e)
      this.#events.push({ kind: 'end', part: e.part })
    }
  }

  #header(e: Entity, bytes: Uint8Array): void {
    if (bytes.length === 0 || bytes[0] === 0) {
      this.#fieldOver(e)
      e.inHeader = false
      if (e.type === 'message') this.#push(e)
      return
    }
    const line = byteText(bytes.length > MAX_FIELD ? bytes.subarray(0, MAX_FIELD) : bytes)
    const isFolded = line[0] === ' ' || line[0] === '\t'
    if (isFolded && e.field !== undefined) {
      if (e.field.length < MAX_FIELD) e.field += line
      return
    }
    this.#fieldOver(e)
    e.field = line.trimStart()
  }

  #fieldOver(e: Entity): void {
    const { field } = e
    e.field = undefined
    if (field === undefined) return
    const colon = field.indexOf(':')
    if (colon <= 0) return
    const name = field.slice(0, colon).trim()
    const value = field.slice(colon + 1).trimStart()
    if (!/^[!-9;-~]+$/.test(name)) return
    const lower = name.toLowerCase()
    if (lower === 'content-type') typed(e, value)
    else if (lower === 'content-transfer-encoding') e.encoding = encodingOf(value)
    if (lower === 'content-disposition') e.part.name = nameIn(FILE_NAME, value) ?? e.part.name
    else if (lower === 'content-type') e.part.name ??= nameIn(NAME, value)
    this.#events.push({ kind: 'field', part: e.part, name, value })
  }

  #content(e: Entity, bytes: Uint8Array, isWhole: boolean): void {
    if (e.encoding === 'base64') {
      e.base64 ??= new Base64()
      this.#give(e.part, e.base64.decode(bytes), NO_BYTES)
    } else if (e.encoding === 'quoted') {
      const [decoded, isSoft] = quoted(bytes)
      this.#give(e.part, decoded, isSoft || !isWhole ? NO_BYTES : CRLF)
    } else {
      if (e.owesLineEnd) this.#give(e.part, CRLF, NO_BYTES)
      e.owesLineEnd = e.isInMultipart && isWhole
      this.#give(e.part, bytes, e.isInMultipart || !isWhole ? NO_BYTES : CRLF)
    }
  }

  #give(part: Part, a: Uint8Array, b: Uint8Array): void {
    if (a.length > 0) part.file.update(a)
    if (b.length > 0) part.file.update(b)
    if (a.length + b.length === 0 || this.#last === part) return
    this.#last = part
    this.#events.push({ kind: 'content', part })
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function typed(e: Entity, value: string): void {
  const m = /^[^\w]*([\w.+-]+)\s*\/\s*([\w.+-]+)/.exec(value.slice(0, MAX_TYPE))
  if (m === null) return
  const type = m[1]!.toLowerCase()
  e.type = type === 'multipart' ? 'multipart' : type === 'message' ? 'message' : 'leaf'
  if (e.type !== 'multipart') return
  const boundary = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#-~]+))/i.exec(value)
  e.boundary = boundary === null ? undefined : (boundary[1]?.replace(/\\(.)/g, '$1') ?? boundary[2])
  if (e.boundary === undefined) e.type = 'leaf'
}

function encodingOf(value: string): Encoding {
  const word = /^\s*([\w-]+)/.exec(value)?.[1]?.toLowerCase()
  return word === 'base64' ? 'base64' : word === 'quoted-printable' ? 'quoted' : 'none'
}

/** The file's name, as either field gives it (RFC 2183 §2.3, RFC 2045 §5, RFC 2231). */
const FILE_NAME = /\bfilename\*?[ \t]*=[ \t]*(?:utf-8''|iso-8859-1''[^']*)?(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i
const NAME = /\b(?:file)?name\*?[ \t]*=[ \t]*(?:utf-8''|iso-8859-1''[^']*)?(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i

function nameIn(pattern: RegExp, value: string): string | undefined {
  const m = pattern.exec(value)
  return m === null ? undefined : (m[1] ?? m[2])
}

/** Offset of the next line end, or -1. */
function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] === 10) return at
  return -1
}

function boundaryKind(bytes: Uint8Array, boundary: string): 'next' | 'last' | undefined {
  if (bytes.length < boundary.length + 2 || bytes[0] !== 0x2d || bytes[1] !== 0x2d) return undefined
  for (let i = 0; i < boundary.length; i++) if (bytes[i + 2] !== boundary.charCodeAt(i)) return undefined
  const after = boundary.length + 2
  return bytes[after] === 0x2d && bytes[after + 1] === 0x2d ? 'last' : 'next'
}

/** RFC 2045 §6.7: one line, and whether its end is none. */
function quoted(bytes: Uint8Array): [decoded: Uint8Array, isSoft: boolean] {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 9)) end--
  const isSoft = end > 0 && bytes[end - 1] === 0x3d
  if (isSoft) end--
  const out = new Uint8Array(end)
  let n = 0
  for (let i = 0; i < end; i++) {
    const c = bytes[i]!
    const high = c === 0x3d && i + 2 < bytes.length ? hexDigit(bytes[i + 1]!) : -1
    const low = high < 0 ? -1 : hexDigit(bytes[i + 2]!)
    if (low < 0) out[n++] = c
    else {
      out[n++] = high * 16 + low
      i += 2
    }
  }
  return [out.subarray(0, n), isSoft]
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const lower = c | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** Lines of a block (what has no end is none, unless it is the whole block), dots that the transport has doubled taken off; calls `line` with each. */
export function mailLines(block: Uint8Array, line: (bytes: Uint8Array) => void): void {
  for (let at = 0; at < block.length; ) {
    let stop = block.indexOf(10, at)
    if (stop < 0) {
      if (at > 0) return
      stop = block.length
    }
    let end = stop
    while (end > at && block[end - 1] === 13) end--
    line(block.subarray(block[at] === 0x2e ? Math.min(at + 1, end) : at, end))
    at = stop + 1
  }
}

/**
 * Bytes of a message up to, and not with, the line that is a single dot, or that line where the block begins with it;
 * 0 while a line's end is still to come. `from` lies at a line's beginning.
 */
export function blockLength(bytes: Uint8Array, from: number, end: number, most: number): number {
  const first = dotLine(bytes, from, end)
  if (first !== -1) return first
  let taken = 0
  for (let at = from; at < end && taken < most; ) {
    const stop = bytes.indexOf(10, at)
    if (stop < 0 || stop >= end) break
    at = stop + 1
    taken = at - from
    if (dotLine(bytes, at, end) !== -1) break
  }
  return taken > 0 || end - from < most ? taken : Math.min(most, end - from)
}

/** Length of the line that is a single dot; 0 while it may become one, -1 when it is none. */
function dotLine(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] !== 0x2e) return -1
  if (at + 1 >= end) return 0
  if (bytes[at + 1] === 10) return 2
  if (bytes[at + 1] !== 13) return -1
  return at + 2 >= end ? 0 : bytes[at + 2] === 10 ? 3 : -1
}
