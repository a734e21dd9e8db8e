/**
 * PJL, the job language of printers at port 9100: lines before and between print data.
 *
 *   ESC "%-12345X@PJL" [SP command …] CR LF … data …        answers: "@PJL" line, lines, FF
 *
 * Source: Hewlett-Packard, PJL Technical Reference Manual, chapters 2 (kernel), 8 (status), 9 (file system).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Pjl = {
  kind: 'command' | 'answer' | 'data'
  /** `INFO`, `SET`, `FSUPLOAD` … in upper case. */
  name: string
  /** What stands behind the name. */
  argument: string
  /** Lines of an answer. */
  lines: string[]
  bytes: number
  anomalies: string[]
}

export type PjlState = { isOpen: boolean; seen: unknown }

const UEL = '\x1b%-12345X'
const PREFIX = '@PJL'
const MAX_LINE = 4096
const MAX_PIECE = 65_536
const LF = 10
const FF = 12
const ESC = 0x1b

export const dissector: Dissector<Pjl, PjlState> = {
  name: 'pjl',
  ports: ['tcp/9100'],
  maxFrame: MAX_PIECE,
  start: () => ({ isOpen: false, seen: undefined }),
  frame(head, ctx) {
    const lead = startsWith(head, 0, UEL)
    const at = lead === true ? UEL.length : 0
    const line = startsWith(head, at, PREFIX)
    if (!ctx.state.isOpen) {
      if (lead === undefined || line === undefined) return NEED_MORE
      if (ctx.from === 'server' ? line !== true : lead !== true && line !== true) return NOT_MINE
      // Print data may follow the exit sequence at once.
      if (line !== true && ctx.flow.serverPort !== 9100) return NOT_MINE
    } else if ((lead === undefined || line === undefined) && head.left < UEL.length + PREFIX.length) return NEED_MORE
    if (line !== true) return dataLength(head, at)
    const end = ctx.from === 'server' ? answerEnd(head) : head.bytes.indexOf(LF, head.at)
    if (end >= 0 && end < head.end) return end + 1 - head.at > MAX_LINE ? NOT_MINE : end + 1 - head.at
    return head.left >= MAX_LINE ? NOT_MINE : NEED_MORE
  },
  key: () => undefined,
  parse(r, { from, state }) {
    state.isOpen = true
    const m: Pjl = { kind: 'data', name: '', argument: '', lines: [], bytes: 0, anomalies: [] }
    if (startsWith(r, 0, UEL) === true) r.skip(UEL.length, 'exit language')
    if (startsWith(r, 0, PREFIX) !== true) {
      m.bytes = r.left
      r.view(r.left, 'data')
      return m
    }
    const text = byteText(r.view(r.left, from === 'client' ? 'command' : 'answer'))
    if (!/[\n\f]$/.test(text)) m.anomalies.push('truncated')
    const lines = text.split(/[\r\n\f]+/).filter((line) => line !== '')
    const [, name = '', argument = ''] = /^@PJL[ \t]*([A-Z]*)[ \t]*(.*)$/i.exec(lines[0] ?? '') ?? []
    m.kind = from === 'client' ? 'command' : 'answer'
    m.name = name.toUpperCase()
    m.argument = argument.trim()
    m.lines = lines.slice(1)
    return m
  },
  side: (head) => (head.peek() === ESC ? 'client' : undefined),
}

/** An answer goes up to its form feed. */
function answerEnd(head: Reader): number {
  return head.bytes.indexOf(FF, head.at)
}

/** Data up to the next exit sequence. */
function dataLength(head: Reader, ahead: number): number {
  const { bytes, at, end } = head
  const next = bytes.indexOf(ESC, at + Math.max(1, ahead))
  const stop = next < 0 || next >= end ? end : next
  return Math.min(stop - at, MAX_PIECE)
}

/** Undefined while too few bytes are there to say. */
function startsWith(r: Reader, ahead: number, text: string): boolean | undefined {
  const n = Math.min(text.length, r.left - ahead)
  for (let i = 0; i < n; i++) if (r.peek(ahead + i) !== text.charCodeAt(i)) return false
  return n === text.length ? true : undefined
}
