/** SMB 2 and 3: headers of 64 bytes, commands chained by offset ([MS-SMB2] §2.2). Fields are little-endian. */
import type { Reader } from '@isthmus/wire'
import { type Command, fileTime, newCommand, part, u64 } from './command.ts'
import { DIALECTS, SHARE_TYPES, SMB2, SMB2_COMMANDS, STATUS } from './smb.table.ts'

const HEAD = 64
const ASYNC = 2
/** FSCTL_PIPE_TRANSCEIVE ([MS-FSCC] §2.3): writes to a pipe and reads the answer. */
const PIPE_TRANSCEIVE = 0x0011_c017
/** Commands of one message: real clients chain three or four. */
const MAX_CHAIN = 64
/** FILE_WRITE_DATA, APPEND, WRITE_EA, DELETE, GENERIC_ALL and WRITE ([MS-SMB2] §2.2.13.1.1). */
const WRITE_ACCESS = 0x5001_0116

export function readSmb2(r: Reader, commands: Command[]): void {
  for (let n = 0; n < MAX_CHAIN && r.left > 0; n++) {
    const start = r.at
    const next =
      r.bytes.length >= start + 24
        ? (r.bytes[start + 20]! | (r.bytes[start + 21]! << 8) | (r.bytes[start + 22]! << 16) | (r.bytes[start + 23]! << 24)) >>> 0
        : 0
    const one = next >= HEAD && next < r.left ? r.sub(next, 'command') : r
    commands.push(readCommand(one, start))
    if (one === r) return
    if (one.short) r.short = true
  }
}

function readCommand(r: Reader, start: number): Command {
  r.view(4, 'protocol')
  r.u16le('header size')
  r.u16le('credit charge')
  const status = r.u32le('status')
  const code = r.u16le('command')
  r.note(SMB2_COMMANDS[code]?.[0] ?? 'unknown')
  r.u16le('credits')
  const flags = r.u32le('flags')
  r.u32le('next command')
  const c = newCommand(2, code, (flags & 1) !== 0, status)
  c.messageId = u64(r, 'message id')
  if ((flags & ASYNC) !== 0) r.view(8, 'async id')
  else {
    r.u32le('process id')
    c.treeId = r.u32le('tree id')
  }
  c.sessionId = u64(r, 'session id')
  r.view(16, 'signature')
  if (!c.isResponse) REQUESTS[code]?.(r, c, start)
  else if (status === STATUS.ok || status === STATUS.bufferOverflow || (code === SMB2.sessionSetup && status === STATUS.moreProcessing))
    RESPONSES[code]?.(r, c, start)
  r.view(r.left, 'rest')
  return c
}

type Layout = (r: Reader, c: Command, start: number) => void

/** Bytes at an offset that counts from the command's header. */
function at(r: Reader, start: number, offset: number, length: number): Reader {
  return part(r.bytes, start + offset, r.end, length)
}

function wideText(r: Reader, start: number, offset: number, length: number): string {
  return length === 0 ? '' : at(r, start, offset, length).utf16(length)
}

function fileId(r: Reader): number {
  return u64(r, 'file id (persistent)') + u64(r, 'file id (volatile)')
}

const REQUESTS: Readonly<Record<number, Layout>> = {
  [SMB2.negotiate]: (r, c) => {
    r.u16le('structure size')
    const count = r.u16le('dialect count')
    r.skip(32, 'security mode, capabilities, client')
    for (let n = 0; n < count && r.left >= 2; n++) c.dialects.push(dialect(r.u16le('dialect')))
  },
  [SMB2.sessionSetup]: (r, c, start) => {
    r.skip(12, 'structure size, flags, mode, capabilities, channel')
    token(r, c, start)
  },
  [SMB2.treeConnect]: (r, c, start) => {
    r.skip(4, 'structure size, flags')
    const offset = r.u16le('path offset')
    const length = r.u16le('path length')
    c.path = wideText(r, start, offset, length)
    r.note(c.path)
  },
  [SMB2.create]: (r, c, start) => {
    r.skip(4, 'structure size, security flags, oplock')
    r.skip(20, 'impersonation, create flags')
    const access = r.u32le('desired access')
    r.skip(8, 'attributes, share access')
    const disposition = r.u32le('disposition')
    r.u32le('options')
    const offset = r.u16le('name offset')
    const length = r.u16le('name length')
    c.path = wideText(r, start, offset, length)
    r.note(c.path)
    // Dispositions 1 and 3 open what is there; the others make or replace it.
    c.writes = (access & WRITE_ACCESS) !== 0 || (disposition !== 1 && disposition !== 3)
  },
  [SMB2.close]: (r, c) => {
    r.skip(8, 'structure size, flags')
    c.fileId = fileId(r)
  },
  [SMB2.read]: (r, c) => {
    r.skip(4, 'structure size, padding, flags')
    c.size = r.u32le('length')
    c.offset = u64(r, 'offset')
    c.fileId = fileId(r)
  },
  [SMB2.write]: (r, c, start) => {
    r.u16le('structure size')
    const offset = r.u16le('data offset')
    const length = r.u32le('length')
    c.offset = u64(r, 'offset')
    c.fileId = fileId(r)
    c.size = length
    data(r, c, start, offset, length)
  },
  [SMB2.ioctl]: (r, c, start) => {
    r.u32le('structure size')
    const code = r.u32le('control code')
    c.fileId = fileId(r)
    const offset = r.u32le('input offset')
    const length = r.u32le('input length')
    if (code === PIPE_TRANSCEIVE) data(r, c, start, offset, length)
  },
  [SMB2.setInfo]: (r, c, start) => {
    r.u16le('structure size')
    const type = r.u8('information type')
    const kind = r.u8('information class')
    const length = r.u32le('buffer length')
    const offset = r.u16le('buffer offset')
    r.skip(6, 'reserved, additional information')
    c.fileId = fileId(r)
    if (type !== 1) return
    const buffer = at(r, start, offset, length)
    // [MS-FSCC] §2.4: 10 renames, 13 marks for deletion.
    if (kind === 13) c.deletes = buffer.u8() !== 0
    if (kind === 10) c.newName = buffer.skip(16).utf16(Math.min(buffer.u32le(), 2048))
  },
}

const RESPONSES: Readonly<Record<number, Layout>> = {
  [SMB2.negotiate]: (r, c, start) => {
    r.skip(4, 'structure size, security mode')
    c.dialects.push(dialect(r.u16le('dialect')))
    r.skip(2 + 16 + 4 + 12 + 16, 'contexts, server, capabilities, sizes, times')
    token(r, c, start)
  },
  [SMB2.sessionSetup]: (r, c, start) => {
    r.skip(4, 'structure size, flags')
    token(r, c, start)
  },
  [SMB2.treeConnect]: (r, c) => {
    r.u16le('structure size')
    const type = r.u8('share type')
    c.shareType = SHARE_TYPES[type] ?? 'UNKNOWN'
    r.note(c.shareType)
  },
  [SMB2.create]: (r, c) => {
    r.skip(8, 'structure size, oplock, flags, action')
    const created = fileTime(r, 'created')
    const accessed = fileTime(r, 'accessed')
    const modified = fileTime(r, 'written')
    const changed = fileTime(r, 'changed')
    c.times = [modified, accessed, created, changed]
    u64(r, 'allocation size')
    c.size = u64(r, 'size')
    r.skip(8, 'attributes')
    c.fileId = fileId(r)
  },
  [SMB2.ioctl]: (r, c, start) => {
    r.u32le('structure size')
    const code = r.u32le('control code')
    c.fileId = fileId(r)
    r.skip(8, 'input')
    const offset = r.u32le('output offset')
    const length = r.u32le('output length')
    if (code === PIPE_TRANSCEIVE) data(r, c, start, offset, length)
  },
  [SMB2.read]: (r, c, start) => {
    r.u16le('structure size')
    const offset = r.u8('data offset')
    r.u8('reserved')
    const length = r.u32le('length')
    c.size = length
    data(r, c, start, offset, length)
  },
}

function dialect(code: number): string {
  return DIALECTS[code] ?? `SMB 0x${code.toString(16)}`
}

function token(r: Reader, c: Command, start: number): void {
  const offset = r.u16le('token offset')
  const length = r.u16le('token length')
  if (length > 0) c.token = at(r, start, offset, length).view(length).slice()
}

/** The data of a long message comes in pieces: what is here, and how much follows. */
function data(r: Reader, c: Command, start: number, offset: number, length: number): void {
  const here = at(r, start, offset, length)
  c.data = here.view(here.left)
  c.dataLeft = length - c.data.length
}
