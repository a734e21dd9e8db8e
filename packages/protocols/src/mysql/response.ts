/** What a server answers: OK, error, EOF, columns and rows (MySQL protocol: Generic Response Packets, Text Resultset). */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { DEPRECATE_EOF } from './mysql.table.ts'
import { compresses, type Mysql, type MysqlState } from './mysql.ts'
import { lengthEncoded } from './request.ts'

const OK = 0
const MORE = 1
const LOCAL_FILE = 0xfb
const EOF = 0xfe
const ERROR = 0xff
const MAX_TEXT = 1024
/** More results follow (SERVER_MORE_RESULTS_EXISTS). */
const MORE_RESULTS = 8

export function readAnswer(r: Reader, m: Mysql, state: MysqlState): void {
  const first = r.peek()
  if (r.left === 0) {
    m.kind = 'result'
    return
  }
  if (first === ERROR) return readError(r, m, state)
  const hasNoEof = (state.flags & DEPRECATE_EOF) !== 0
  switch (state.expects) {
    case 'status':
      return readStatus(r, m, state)
    case 'first':
      return readFirst(r, m, state)
    case 'columns':
      result(r, m, 'column')
      if (--state.columns <= 0) state.expects = hasNoEof ? 'rows' : 'columns-end'
      return
    case 'columns-end':
      // A field list has its columns here as well, up to the EOF that ends it.
      if (first !== EOF || r.left >= 9) return result(r, m, 'column')
      readEof(r, m)
      m.isIntermediate = state.command !== 4
      state.expects = m.isIntermediate ? 'rows' : 'nothing'
      return
    case 'rows':
      if (first !== EOF || (!hasNoEof && r.left >= 9)) return result(r, m, 'row')
      state.expects = 'nothing'
      if (hasNoEof) readOk(r, m, state)
      else state.expects = (readEof(r, m) & MORE_RESULTS) !== 0 ? 'first' : 'nothing'
      return
    default:
      result(r, m, 'answer')
  }
}

function result(r: Reader, m: Mysql, label: string): void {
  m.kind = 'result'
  r.view(r.left, label)
}

function readStatus(r: Reader, m: Mysql, state: MysqlState): void {
  const first = r.peek()
  if (first === OK) {
    readOk(r, m, state)
    state.phase = 'command'
    state.expects = 'nothing'
    if (compresses(state)) state.isCompressed = true
    return
  }
  m.kind = 'auth'
  r.u8('authentication')
  if (first === EOF) {
    // An empty request means the method of before 4.1.
    m.plugin = r.left === 0 ? 'mysql_old_password' : r.cstring(MAX_TEXT, 'authentication method')
    state.plugin = m.plugin
  }
  r.view(r.left, first === MORE ? 'more data' : 'challenge')
}

function readFirst(r: Reader, m: Mysql, state: MysqlState): void {
  const first = r.peek()
  if (first === OK) {
    state.expects = (readOk(r, m, state) & MORE_RESULTS) !== 0 ? 'first' : 'nothing'
    // A prepared statement's columns and parameters follow its OK.
  } else if (first === EOF && r.left < 9) {
    readEof(r, m)
    state.expects = 'nothing'
  } else if (first === LOCAL_FILE) {
    m.kind = 'result'
    r.u8('local file')
    m.text = byteText(r.view(r.left, 'file name').subarray(0, MAX_TEXT))
    state.expects = 'first'
  } else {
    m.kind = 'result'
    state.columns = Math.min(lengthEncoded(r, 'columns'), 4096)
    state.expects = state.columns > 0 ? 'columns' : 'nothing'
    if (r.left > 0) r.view(r.left, 'more')
  }
}

/** Answers the status flags. */
function readOk(r: Reader, m: Mysql, state: MysqlState): number {
  m.kind = 'ok'
  r.u8('ok')
  m.rows = lengthEncoded(r, 'rows')
  let status = 0
  if (state.command !== 22 && r.left > 0) {
    lengthEncoded(r, 'last insert id')
    if (r.left >= 2) status = r.u16le('status')
    if (r.left >= 2) r.u16le('warnings')
  }
  if (r.left > 0) r.view(r.left, 'more')
  return status
}

function readEof(r: Reader, m: Mysql): number {
  m.kind = 'eof'
  r.u8('eof')
  if (r.left < 4) {
    r.view(r.left, 'more')
    return 0
  }
  r.u16le('warnings')
  const status = r.u16le('status')
  if (r.left > 0) r.view(r.left, 'more')
  return status
}

function readError(r: Reader, m: Mysql, state: MysqlState): void {
  m.kind = 'error'
  r.u8('error')
  m.code = r.u16le('code')
  if (r.peek() === 0x23 && r.left >= 6) r.text(6, 'sql state')
  m.text = byteText(r.view(r.left, 'message').subarray(0, MAX_TEXT))
  state.expects = 'nothing'
}
