/**
 * Fox: Niagara stations (Tridium, and under many brands) speak it with each other and with Workbench.
 *
 *   fox a 1 -1 fox hello\n{\nhostName=s:plant-1\nid=i:1\nnonce=b:3[…]\n};;\n
 *   | "fox" kind number answered channel command | lines of name=type:value, blobs with their length in bytes | "};;" |
 *
 * Not published by its maker: as publicly analysed (Redpoint's fox-info, Tridium's security papers) and seen on the wire.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type NiagaraFox = {
  /** `a` and `s`: one way or awaited. */
  readonly kind: string
  readonly number: number
  /** The message this one answers; -1 for none. */
  readonly answered: number
  readonly channel: string
  readonly command: string
  /** Texts and numbers, as bytes of text; blobs are left out. */
  readonly fields: ReadonlyMap<string, string>
  readonly anomalies: readonly string[]
}
export type FoxState = { user: string; method: string; begun: boolean }

const MAX_FRAME = 1 << 20
const MAX_HEAD = 256
/** Fields kept of one message, and characters of each. */
const MAX_FIELDS = 64
const MAX_VALUE = 512
const CLEAN: readonly string[] = []
const LF = 0x0a

export const dissector: Dissector<NiagaraFox, FoxState> = {
  name: 'niagara-fox',
  ports: ['tcp/1911', 'tcp/3011', 'tcp/4911'],
  maxFrame: MAX_FRAME,
  start: () => ({ user: '', method: '', begun: false }),
  frame(head) {
    for (let i = 0; i < 4 && i < head.left; i++) if (head.peek(i) !== 'fox '.charCodeAt(i)) return NOT_MINE
    if (head.left < 6) return NEED_MORE
    const kind = head.peek(4)
    if (kind < 0x61 || kind > 0x7a || head.peek(5) !== 0x20) return NOT_MINE
    return lengthOf(head)
  },
  parse,
}

/** Lines up to `};;`; blobs are stepped over by their length. */
function lengthOf(head: Reader): number {
  const { bytes, at, end } = head
  let line = at
  let n = 0
  for (;;) {
    const stop = bytes.indexOf(LF, line)
    // Where the last line has no end, the next message says so: until then it may still come.
    if (n >= 2 && end - line >= 3 && bytes[line] === 0x7d && bytes[line + 1] === 0x3b && bytes[line + 2] === 0x3b) {
      return line + 3 === end ? NEED_MORE : line + 3 - at + (bytes[line + 3] === LF ? 1 : 0)
    }
    if (stop < 0 || stop >= end) return end - line > MAX_FRAME || (n === 0 && end - line > MAX_HEAD) ? NOT_MINE : NEED_MORE
    if (n === 0 && stop - line > MAX_HEAD) return NOT_MINE
    if (n === 1 && bytes[line] !== 0x7b) return NOT_MINE
    const blob = blobEnd(bytes, line, stop)
    if (blob - at > MAX_FRAME) return NOT_MINE
    if (blob > end) return NEED_MORE
    line = blob > 0 ? blob : stop + 1
    n++
  }
}

/** Where the line goes on behind the blob it opens; 0 when it opens none. `nonce=b:44[`, `sysInfo=o:bog 61[` */
function blobEnd(bytes: Uint8Array, from: number, stop: number): number {
  const equals = bytes.indexOf(0x3d, from)
  if (equals < 0 || equals > stop || bytes[equals + 2] !== 0x3a) return 0
  const type = bytes[equals + 1]
  if (type !== 0x62 && type !== 0x6f) return 0
  let length = 0
  for (let i = equals + 3; i < stop; i++) {
    const c = bytes[i]!
    if (c >= 0x30 && c <= 0x39) length = Math.min(length * 10 + c - 0x30, MAX_FRAME)
    else if (c === 0x5b) {
      const after = i + 1 + length
      // The bracket and the line's end behind the blob.
      return after + 2
    } else length = 0
  }
  return 0
}

function parse(r: Reader, ctx: Context<NiagaraFox, FoxState>): NiagaraFox {
  ctx.state.begun = true
  const head = takeLine(r, 'head').split(' ')
  takeLine(r, 'opening')
  const fields = new Map<string, string>()
  let isClosed = false
  while (r.left > 0 && !isClosed) {
    if (r.peek() === 0x7d && r.peek(1) === 0x3b) {
      r.view(Math.min(4, r.left), 'end')
      isClosed = true
      break
    }
    readField(r, fields)
  }
  return {
    kind: head[1] ?? '',
    number: Number.parseInt(head[2] ?? '', 10) || 0,
    answered: Number.parseInt(head[3] ?? '', 10) || 0,
    channel: head[4] ?? '',
    command: head.slice(5).join(' '),
    fields,
    anomalies: isClosed ? CLEAN : ['truncated'],
  }
}

function takeLine(r: Reader, label: string): string {
  const stop = r.bytes.indexOf(LF, r.at)
  const length = stop < 0 || stop >= r.end ? r.left : stop - r.at
  const text = r.text(length, label)
  if (r.left > 0) r.skip(1, 'line end')
  return text
}

function readField(r: Reader, fields: Map<string, string>): void {
  const stop = r.bytes.indexOf(LF, r.at)
  const end = stop < 0 || stop >= r.end ? r.end : stop
  const blob = blobEnd(r.bytes, r.at, end)
  if (blob > 0) {
    r.view(Math.min(blob, r.end) - r.at, 'blob')
    return
  }
  const line = byteText(r.view(end - r.at, 'field').subarray(0, MAX_VALUE + 64))
  if (r.left > 0) r.skip(1, 'line end')
  const equals = line.indexOf('=')
  if (equals > 0 && line[equals + 2] === ':' && fields.size < MAX_FIELDS)
    fields.set(line.slice(0, equals), line.slice(equals + 3, equals + 3 + MAX_VALUE))
}
