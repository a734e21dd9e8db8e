/** The greeting, the login and the commands (MySQL protocol: Connection Phase Packets, Command Phase). */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import {
  CONNECT_ATTRIBUTES,
  LENGTH_ENCODED_AUTH,
  PLUGIN_AUTH,
  PROTOCOL_41,
  QUERY_ATTRIBUTES,
  SECURE_CONNECTION,
  SSL,
  WITH_DATABASE,
} from './mysql.table.ts'
import type { Mysql, MysqlState } from './mysql.ts'

const MAX_TEXT = 1024
const MAX_ATTRIBUTES = 64
/** Bytes of a statement that are kept. */
const MAX_STATEMENT = 65_536
const QUERY = 3

/** A length-encoded integer; 0xfb (NULL) and 0xff count as 0. */
export function lengthEncoded(r: Reader, label: string): number {
  const first = r.u8(label)
  if (first < 0xfb) return first
  if (first === 0xfc) return r.u16le(label)
  if (first === 0xfd) return r.u24le(label)
  if (first === 0xfe) return Number(r.u64le(label))
  return 0
}

function sized(r: Reader, label: string): string {
  const length = lengthEncoded(r, `${label} length`)
  return byteText(r.view(Math.min(length, 0x7fffffff), label).subarray(0, MAX_TEXT))
}

export function readGreeting(r: Reader, m: Mysql, state: MysqlState): void {
  m.kind = 'greeting'
  const version = r.u8('protocol version')
  m.version = r.cstring(MAX_TEXT, 'server version')
  r.u32le('connection id')
  if (version === 9) {
    r.view(r.left, 'challenge')
    return
  }
  r.view(8, 'challenge')
  r.skip(1, 'filler')
  let flags = r.u16le('capabilities')
  if (r.left > 0) {
    r.u8('character set')
    r.u16le('status')
    flags += r.u16le('capabilities, upper') * 0x10000
    const length = r.u8('challenge length')
    r.skip(10, 'reserved')
    if (r.left > 0) r.view(Math.min(r.left, Math.max(13, length - 8)), 'challenge, continued')
    if (flags & PLUGIN_AUTH && r.left > 0) m.plugin = r.cstring(MAX_TEXT, 'authentication method')
  }
  if (r.left > 0) r.view(r.left, 'more')
  state.plugin = m.plugin
}

export function readLogin(r: Reader, m: Mysql, state: MysqlState): void {
  m.kind = 'login'
  const low = r.u16le('capabilities')
  if ((low & PROTOCOL_41) === 0) {
    state.flags = low | 1
    r.u24le('largest packet')
    m.user = r.cstring(MAX_TEXT, 'user')
    r.view(r.left, 'authentication data')
    return
  }
  const flags = low + r.u16le('capabilities, upper') * 0x10000
  r.u32le('largest packet')
  r.u8('character set')
  r.skip(23, 'reserved')
  if ((flags & SSL) !== 0 && r.left === 0) {
    m.kind = 'tls'
    return
  }
  state.flags = flags
  m.user = r.cstring(MAX_TEXT, 'user')
  if (flags & LENGTH_ENCODED_AUTH) r.view(lengthEncoded(r, 'authentication data length'), 'authentication data')
  else if (flags & SECURE_CONNECTION) r.view(r.u8('authentication data length'), 'authentication data')
  else r.cstring(MAX_TEXT, 'authentication data')
  if (flags & WITH_DATABASE && r.left > 0) m.database = r.cstring(MAX_TEXT, 'database')
  if (flags & PLUGIN_AUTH && r.left > 0) m.plugin = r.cstring(MAX_TEXT, 'authentication method')
  if (m.plugin !== '') state.plugin = m.plugin
  if (flags & CONNECT_ATTRIBUTES && r.left > 0) readAttributes(r, m)
  if (r.left > 0) r.view(r.left, 'more')
}

function readAttributes(r: Reader, m: Mysql): void {
  const list = r.sub(lengthEncoded(r, 'attributes length'), 'attributes')
  while (list.left > 0 && m.attributes.length < MAX_ATTRIBUTES) {
    const name = sized(list, 'name')
    m.attributes.push([name, sized(list, 'value')])
  }
}

export function readCommand(r: Reader, m: Mysql, state: MysqlState): void {
  m.kind = 'command'
  m.command = r.u8('command')
  if (m.command === QUERY && (state.flags & QUERY_ATTRIBUTES) !== 0) skipParameters(r)
  if (m.command !== 17) m.argument = byteText(r.view(r.left, 'argument').subarray(0, MAX_STATEMENT))
}

/** COM_QUERY's attributes: count, a bitmap of NULLs, types with names, values. */
function skipParameters(r: Reader): void {
  const count = lengthEncoded(r, 'parameter count')
  lengthEncoded(r, 'parameter set count')
  if (count === 0 || count > 4096) return
  const nulls = r.view((count + 7) >> 3, 'nulls')
  if (r.u8('new parameters') !== 1) return
  const types: number[] = []
  for (let i = 0; i < count && r.left > 0; i++) {
    types.push(r.u16le('type') & 0xff)
    sized(r, 'name')
  }
  for (let i = 0; i < types.length; i++) {
    if (((nulls[i >> 3] ?? 0) >> (i & 7)) & 1) continue
    skipValue(r, types[i]!)
  }
}

const FIXED: Readonly<Record<number, number>> = { 1: 1, 2: 2, 13: 2, 3: 4, 9: 4, 4: 4, 5: 8, 8: 8 }

function skipValue(r: Reader, type: number): void {
  const fixed = FIXED[type]
  if (fixed !== undefined) r.skip(fixed, 'value')
  else if (type === 7 || type === 10 || type === 11 || type === 12) r.skip(r.u8('value length'), 'value')
  else if (type !== 6) sized(r, 'value')
}

/** COM_CHANGE_USER: another login on the same connection. */
export function readChangeUser(r: Reader, m: Mysql): void {
  m.user = r.cstring(MAX_TEXT, 'user')
  r.view(r.u8('authentication data length'), 'authentication data')
  m.database = r.cstring(MAX_TEXT, 'database')
  if (r.left >= 2) r.u16le('character set')
  if (r.left > 0) m.plugin = r.cstring(MAX_TEXT, 'authentication method')
  if (r.left > 0) r.view(r.left, 'attributes')
}
