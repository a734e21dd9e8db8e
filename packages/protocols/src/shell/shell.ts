/**
 * A command shell that speaks in clear over a bare connection: what an intruder opens to a host, or has a host open to him. It has no
 * specification; what it says when it starts and after the first command is known. Looked for in the first kilobyte of either side alone.
 *
 * Source: the banners and prompts of cmd.exe, PowerShell, bash, dash and BusyBox's ash; the output of id(1) and uname(1).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { SIGNS } from './shell.table.ts'

export type Shell = {
  kind: 'opening' | 'text'
  /** Of an opening: which shell it is. */
  shell: string
}

/** `speaker`: where the shell runs. */
export type ShellState = { isOpen: boolean; speaker: Side | undefined }

const MAX_PIECE = 65_536
const LOOKED_AT = 1024

export const dissector: Dissector<Shell, ShellState> = {
  name: 'shell',
  // Where intruders' shells have waited since the nineties; any other will do.
  ports: ['tcp/1524'],
  maxFrame: MAX_PIECE,
  start: () => ({ isOpen: false, speaker: undefined }),
  frame(head, { state }) {
    if (state.isOpen) return Math.min(head.left, MAX_PIECE)
    if (!isText(head)) return NOT_MINE
    if (signOf(head) !== undefined) return Math.min(head.left, MAX_PIECE)
    return head.left < LOOKED_AT ? NEED_MORE : NOT_MINE
  },
  parse(r, { state, from }) {
    const m: Shell = { kind: 'text', shell: '' }
    if (!state.isOpen) {
      m.shell = signOf(r) ?? ''
      m.kind = 'opening'
      state.isOpen = true
      state.speaker = from
    }
    r.skip(r.left, 'text')
    return m
  },
}

function signOf(r: Reader): string | undefined {
  const text = byteText(r.bytes.subarray(r.at, Math.min(r.end, r.at + LOOKED_AT)))
  return SIGNS.find(([sign]) => sign.test(text))?.[1]
}

/** Letters of any code page from 0x80 on; of control characters those that place and colour. */
function isText(r: Reader): boolean {
  const end = Math.min(r.left, LOOKED_AT)
  if (r.peek() >= 0x80) return false
  for (let i = 0; i < end; i++) {
    const c = r.peek(i)
    if ((c < 0x20 && (c < 7 || c > 13) && c !== 0x1b) || c === 0x7f) return false
  }
  return true
}
