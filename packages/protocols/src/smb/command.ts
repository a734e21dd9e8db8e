/** One command of SMB of either generation, request or response. */
import { Reader } from '@isthmus/wire'

export type Times = readonly [modified: number, accessed: number, created: number, changed: number]

export type Command = {
  generation: 1 | 2
  code: number
  isResponse: boolean
  status: number
  /** Pairs a response with its request within a connection. */
  messageId: number
  treeId: number
  sessionId: number
  /** The request that this response answers. */
  asked: Command | undefined
  /** Of a negotiation: what is offered, or the one chosen. */
  dialects: string[]
  /** Security token of a session setup, copied. */
  token: Uint8Array | undefined
  /** What was opened says that it is a named pipe. */
  isPipe: boolean
  user: string
  domain: string
  os: string
  software: string
  /** `\\host\share` of a tree connect; a file's name; a pipe's. */
  path: string
  service: string
  shareType: string
  fileSystem: string
  fileId: number | undefined
  size: number
  times: Times | undefined
  /** A file is opened to be written, or made. */
  writes: boolean
  /** Set information: the file shall go, or shall have another name. */
  deletes: boolean
  newName: string | undefined
  /** A transaction asks for a function that no server has: its name. */
  reservedFunction: string | undefined
  /** Bytes read or written, as far as this message holds them, and where in the file. Borrowed. */
  data: Uint8Array | undefined
  offset: number
  /** Bytes of data that follow in pieces. */
  dataLeft: number
}

export function newCommand(generation: 1 | 2, code: number, isResponse: boolean, status: number): Command {
  return {
    generation,
    code,
    isResponse,
    status,
    messageId: 0,
    treeId: 0,
    sessionId: 0,
    asked: undefined,
    dialects: [],
    token: undefined,
    isPipe: false,
    user: '',
    domain: '',
    os: '',
    software: '',
    path: '',
    service: '',
    shareType: '',
    fileSystem: '',
    fileId: undefined,
    size: 0,
    times: undefined,
    writes: false,
    deletes: false,
    newName: undefined,
    reservedFunction: undefined,
    data: undefined,
    offset: 0,
    dataLeft: 0,
  }
}

/** 64 bits as a number: exact to 2^53, which no offset or id that is compared exceeds in practice. */
export function u64(r: Reader, label: string): number {
  return Number(r.u64le(label))
}

/** 100 ns since 1601 ([MS-DTYP] §2.3.3) as seconds since 1970. */
export function fileTime(r: Reader, label: string): number {
  return (u64(r, label) - 116_444_736_000_000_000) / 1e7
}

/** A part of the message by offset and length as its fields state them; what lies outside is empty. */
export function part(bytes: Uint8Array, at: number, end: number, length: number): Reader {
  return at > end || at < 0 ? new Reader(bytes, end, end) : new Reader(bytes, at, Math.min(end, at + length))
}
