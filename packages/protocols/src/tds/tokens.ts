/** What a response holds, token by token ([MS-TDS] §2.2.7): outcomes, errors, what the server is. Row data is stepped over. */
import type { Reader } from '@isthmus/wire'
import {
  DONE,
  DONE_IN_PROCEDURE,
  DONE_PROCEDURE,
  ENVIRONMENT,
  ERROR,
  EXTENDED_ERROR,
  INFORMATION,
  LOGIN_ACKNOWLEDGED,
} from './tds.table.ts'

export type Token =
  | { kind: 'acknowledged'; program: string; version: string }
  | { kind: 'error'; number: number; severity: number; text: string; server: string }
  | { kind: 'information'; number: number; text: string; server: string }
  | { kind: 'environment'; type: number; value: string }
  | { kind: 'done'; isError: boolean; rows: number }

const MAX_TOKENS = 256
const MAX_TEXT = 512

export function readTokens(r: Reader, isOld: boolean): Token[] {
  const tokens: Token[] = []
  const begin = r.at
  for (let n = 0; n < MAX_TOKENS && r.left > 0 && !r.short; n++) {
    const type = r.peek()
    if (type === DONE || type === DONE_PROCEDURE || type === DONE_IN_PROCEDURE) {
      tokens.push(readDone(r, isOld))
      continue
    }
    const isKnown = [LOGIN_ACKNOWLEDGED, ERROR, INFORMATION, ENVIRONMENT, EXTENDED_ERROR, 0xa9, 0xae, 0xe2, 0xed].includes(type)
    // Columns and rows have lengths of their own kind: what ends the message is looked for at its end.
    if (!isKnown || type === 0xae) break
    r.u8('token')
    const body = r.sub(r.u16le('length'), 'token body')
    const token = readToken(type, body, isOld)
    if (token !== undefined) tokens.push(token)
  }
  if (r.left > 0) finalDone(r, begin, isOld, tokens)
  return tokens
}

function readToken(type: number, r: Reader, isOld: boolean): Token | undefined {
  if (type === LOGIN_ACKNOWLEDGED) {
    r.u8('interface')
    r.view(4, 'protocol version')
    const program = short(r, 'program', isOld).replace(/\0+$/, '')
    const v = r.view(4, 'program version')
    const version = isOld ? `${v[0] ?? 0}.${v[1] ?? 0}.${v[2] ?? 0}` : `${v[0] ?? 0}.${v[1] ?? 0}.${((v[2] ?? 0) << 8) | (v[3] ?? 0)}`
    return { kind: 'acknowledged', program, version }
  }
  if (type === ERROR || type === INFORMATION) {
    const number = r.u32le('number')
    r.u8('state')
    const severity = r.u8('severity')
    const length = r.u16le('message length')
    const text = isOld ? r.text(Math.min(length, r.left), 'message') : r.utf16(Math.min(length * 2, r.left), 'message')
    const server = short(r, 'server', isOld)
    if (type === ERROR) return { kind: 'error', number, severity, text: text.slice(0, MAX_TEXT), server }
    return { kind: 'information', number, text: text.slice(0, MAX_TEXT), server }
  }
  if (type === EXTENDED_ERROR) {
    const number = r.u32le('number')
    r.u8('state')
    const severity = r.u8('severity')
    r.view(r.u8('sql state length'), 'sql state')
    r.u8('status')
    r.u16le('transaction state')
    const text = r.text(Math.min(r.u16le('message length'), r.left), 'message').slice(0, MAX_TEXT)
    const server = short(r, 'server', true)
    return severity > 10 ? { kind: 'error', number, severity, text, server } : { kind: 'information', number, text, server }
  }
  if (type === ENVIRONMENT) {
    const change = r.u8('type')
    // Types above 6 carry bytes, not text.
    return change > 6 ? undefined : { kind: 'environment', type: change, value: short(r, 'value', isOld) }
  }
  return undefined
}

function short(r: Reader, label: string, isOld: boolean): string {
  const length = r.u8(`${label} length`)
  return isOld ? r.text(Math.min(length, r.left), label) : r.utf16(Math.min(length * 2, r.left), label)
}

/** Twelve bytes since 7.2, eight before; the message's length tells. */
function readDone(r: Reader, isOld: boolean): Token {
  r.u8('done')
  const status = r.u16le('status')
  r.u16le('command')
  const rows = r.u32le('rows')
  if (!isOld && r.left >= 4 && r.peek() === 0 && r.peek(1) === 0 && r.peek(2) === 0 && r.peek(3) === 0) r.skip(4, 'rows, upper')
  return { kind: 'done', isError: (status & 2) !== 0, rows: (status & 0x10) !== 0 ? rows : 0 }
}

function finalDone(r: Reader, begin: number, isOld: boolean, tokens: Token[]): void {
  const { bytes, end } = r
  for (const size of isOld ? [9] : [13, 9]) {
    const at = end - size
    if (at < begin || at < r.at || bytes[at]! < DONE) continue
    r.view(at - r.at, 'columns and rows')
    tokens.push(readDone(r, isOld || size === 9))
    return
  }
  r.view(r.left, 'columns and rows')
}
