/** SMB 1 ([MS-CIFS] §2.2.3, [MS-SMB] §2.2): header of 32 bytes, words, bytes; commands chained by AndX. Little-endian. */
import type { Reader } from '@isthmus/wire'
import { type Command, fileTime, newCommand, u64 } from './command.ts'
import { RESERVED_FUNCTIONS, SMB1, SMB1_COMMANDS, STATUS } from './smb.table.ts'

const NO_ANDX = 0xff
/** TRANS_TRANSACT_NMPIPE ([MS-CIFS] §2.2.5.6): writes to a pipe and reads the answer. */
const TRANSACT_PIPE = 0x26
const MAX_CHAIN = 8
const UNICODE = 0x8000
/** Commands whose words begin with the next command and its offset ([MS-CIFS] §2.2.3.4). */
const CHAINED: readonly number[] = [0x24, 0x2d, 0x2e, 0x2f, 0x73, 0x74, 0x75, 0xa2]

type Body = { start: number; isWide: boolean; words: Reader; bytes: Reader; wordCount: number }

export function readSmb1(r: Reader, commands: Command[]): void {
  const start = r.at
  r.view(4, 'protocol')
  const code = r.u8('command')
  r.note(SMB1_COMMANDS[code]?.[0] ?? 'unknown')
  const status = r.u32le('status')
  const isResponse = (r.u8('flags') & 0x80) !== 0
  const isWide = (r.u16le('flags2') & UNICODE) !== 0
  r.skip(12, 'process id (high), signature, reserved')
  const treeId = r.u16le('tree id')
  r.u16le('process id')
  const userId = r.u16le('user id')
  const messageId = r.u16le('multiplex id')
  let next = code
  for (let n = 0; n < MAX_CHAIN && next !== NO_ANDX; n++) {
    const c = newCommand(1, next, isResponse, status)
    c.messageId = messageId
    c.treeId = treeId
    c.sessionId = userId
    commands.push(c)
    const offset = readBody(r, c, start, isWide)
    if (offset === undefined) break
    next = offset.code
    // Chains only go forward, so they end.
    if (offset.at <= r.at - start || start + offset.at >= r.end) break
    r.skip(start + offset.at - r.at, 'to next command')
  }
  r.view(r.left, 'rest')
}

function readBody(r: Reader, c: Command, start: number, isWide: boolean): { code: number; at: number } | undefined {
  const wordCount = r.u8('word count')
  const words = r.sub(wordCount * 2, 'words')
  const byteCount = r.u16le('byte count')
  const bytes = r.sub(Math.min(byteCount, r.left), 'bytes')
  let andX: { code: number; at: number } | undefined
  if (CHAINED.includes(c.code) && wordCount >= 2) {
    const code = words.u8('next command')
    words.u8('reserved')
    andX = { code, at: words.u16le('next offset') }
  }
  const body: Body = { start, isWide, words, bytes, wordCount }
  if (c.isResponse ? c.status === STATUS.ok || c.status === STATUS.bufferOverflow || c.code === SMB1.sessionSetup : true)
    (c.isResponse ? RESPONSES : REQUESTS)[c.code]?.(body, c, r)
  // Data may exceed what the byte count can say; the caller's chain goes on after it.
  return andX
}

type Layout = (b: Body, c: Command, r: Reader) => void

const REQUESTS: Readonly<Record<number, Layout>> = {
  [SMB1.negotiate]: ({ bytes }, c) => {
    while (bytes.left > 1 && c.dialects.length < 32) {
      bytes.u8('format')
      c.dialects.push(bytes.cstring(256, 'dialect'))
    }
  },
  [SMB1.sessionSetup]: (b, c) => {
    const { words, bytes, wordCount } = b
    words.skip(10, 'buffer, multiplex, circuit, session key')
    if (wordCount === 12) {
      const length = words.u16le('token length')
      c.token = bytes.view(length, 'token').slice()
    } else if (wordCount === 13) {
      const ansi = words.u16le('password length')
      const wide = words.u16le('unicode password length')
      bytes.view(ansi + wide, 'passwords')
      c.user = text(b, 'account')
      c.domain = text(b, 'domain')
    }
    c.os = text(b, 'native os')
    c.software = text(b, 'native lan manager')
  },
  [SMB1.treeConnect]: (b, c) => {
    b.words.u16le('flags')
    b.bytes.view(b.words.u16le('password length'), 'password')
    c.path = text(b, 'path')
    c.service = b.bytes.cstring(32, 'service')
  },
  [SMB1.create]: (b, c) => {
    b.words.u8('reserved')
    const length = b.words.u16le('name length')
    b.words.skip(8, 'flags, root')
    const access = b.words.u32le('desired access')
    b.words.skip(16, 'allocation, attributes, share access')
    const disposition = b.words.u32le('disposition')
    c.writes = (access & 0x5001_0116) !== 0 || (disposition !== 1 && disposition !== 3)
    if (b.isWide) align(b)
    c.path = b.isWide ? b.bytes.utf16(length, 'name').replace(/\0.*$/s, '') : b.bytes.text(length, 'name')
  },
  [SMB1.close]: ({ words }, c) => {
    c.fileId = words.u16le('file id')
  },
  [SMB1.read]: ({ words }, c) => {
    c.fileId = words.u16le('file id')
    c.offset = words.u32le('offset')
    c.size = words.u16le('length')
  },
  [SMB1.write]: (b, c, r) => {
    const { words } = b
    c.fileId = words.u16le('file id')
    c.offset = words.u32le('offset')
    words.skip(8, 'timeout, mode, remaining')
    const high = words.u16le('length (high)')
    const length = words.u16le('length') + high * 65_536
    data(b, c, r, words.u16le('data offset'), length)
  },
  [SMB1.transaction]: (b, c, r) => {
    const { words } = b
    words.skip(22, 'totals, maxima, flags, timeout, parameters')
    const length = words.u16le('data count')
    const offset = words.u16le('data offset')
    if (words.u8('setup count') !== 2) return
    words.u8('reserved')
    if (words.u16le('function') !== TRANSACT_PIPE) return
    c.fileId = words.u16le('pipe')
    data(b, c, r, offset, length)
  },
  [SMB1.transaction2]: ({ words }, c) => {
    words.skip(26, 'totals, maxima, flags, timeout, parameters, data')
    if (words.u8('setup count') === 0) return
    words.u8('reserved')
    c.reservedFunction = RESERVED_FUNCTIONS[c.code]?.[words.u16le('function')]
  },
  [SMB1.ntTransact]: ({ words }, c) => {
    words.skip(35, 'maxima, totals, parameters, data')
    words.u8('setup count')
    c.reservedFunction = RESERVED_FUNCTIONS[c.code]?.[words.u16le('function')]
  },
}

const RESPONSES: Readonly<Record<number, Layout>> = {
  [SMB1.negotiate]: ({ words, bytes, wordCount }, c) => {
    c.size = words.u16le('dialect index')
    if (wordCount < 17) return
    words.u8('security mode')
    words.skip(16, 'multiplex, circuits, sizes, session key')
    const capabilities = words.u32le('capabilities')
    words.skip(10, 'time, zone')
    words.u8('challenge length')
    // With extended security the bytes are a server id and a token.
    if ((capabilities & 0x8000_0000) !== 0) {
      bytes.view(16, 'server')
      c.token = bytes.view(bytes.left, 'token').slice()
    }
  },
  [SMB1.sessionSetup]: (b, c) => {
    b.words.u16le('action')
    if (b.wordCount === 4) c.token = b.bytes.view(b.words.u16le('token length'), 'token').slice()
    c.os = text(b, 'native os')
    c.software = text(b, 'native lan manager')
    if (b.wordCount === 3) c.domain = text(b, 'domain')
  },
  [SMB1.treeConnect]: (b, c) => {
    c.service = b.bytes.cstring(32, 'service')
    c.fileSystem = text(b, 'native file system')
  },
  [SMB1.create]: ({ words }, c) => {
    words.u8('oplock')
    c.fileId = words.u16le('file id')
    words.u32le('action')
    const created = fileTime(words, 'created')
    const accessed = fileTime(words, 'accessed')
    const modified = fileTime(words, 'written')
    const changed = fileTime(words, 'changed')
    c.times = [modified, accessed, created, changed]
    words.skip(12, 'attributes, allocation')
    c.size = u64(words, 'size')
    const resource = words.u16le('resource')
    c.isPipe = resource === 1 || resource === 2
  },
  [SMB1.read]: (b, c, r) => {
    const { words } = b
    words.skip(6, 'available, compaction, reserved')
    const length = words.u16le('length')
    const offset = words.u16le('data offset')
    data(b, c, r, offset, length + words.u16le('length (high)') * 65_536)
  },
  [SMB1.transaction]: (b, c, r) => {
    const { words } = b
    words.skip(12, 'totals, reserved, parameters')
    const length = words.u16le('data count')
    data(b, c, r, words.u16le('data offset'), length)
  },
}

/** Wide strings start on even offsets from the header. */
function align(b: Body): void {
  if ((b.bytes.at - b.start) % 2 === 1) b.bytes.skip(1, 'padding')
}

function text(b: Body, label: string): string {
  if (!b.isWide) return b.bytes.cstring(512, label)
  align(b)
  const { bytes, at, end } = b.bytes
  let stop = at
  while (stop + 1 < end && (bytes[stop] !== 0 || bytes[stop + 1] !== 0)) stop += 2
  const value = b.bytes.utf16(Math.min(stop, end) - at, label)
  if (b.bytes.left > 0) b.bytes.skip(Math.min(2, b.bytes.left), 'end of text')
  return value
}

function data(b: Body, c: Command, r: Reader, offset: number, length: number): void {
  const from = b.start + offset
  const here = from > r.end ? new Uint8Array(0) : r.bytes.subarray(from, Math.min(r.end, from + length))
  c.data = here
  c.size = length
  c.dataLeft = length - here.length
}
