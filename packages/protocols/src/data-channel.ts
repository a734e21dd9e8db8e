/**
 * The connection of one transfer: nothing but the file or listing. It is found because another conversation announced it
 * (`expects`), which also shares what it knows of the transfer.
 */
import { derivedId } from '@isthmus/model'
import { type Dissector, HANDED_OVER, type SeenMessage, type Side } from '@isthmus/wire'
import { readable } from './byte-text.ts'
import { PassingFile } from './mime/passing-file.ts'
import { sayFile } from './moving-file.ts'
import type { LogSpec, Protocol, PutRow, Sink } from './protocol.ts'
import { FILE_LOGS, putFile } from './zeek-files.ts'

/** A transfer: what its announcement asked for, what the data connection held. */
export type Channel = {
  name: string
  /** A directory's listing is no file. */
  isListing: boolean
  /** Set by the data connection. */
  fileId: string | undefined
  type: string | undefined
  bytes: number
  /** Of its last byte, µs. */
  lastAt: number
}

export type Piece = { length: number }
type Passing = { file: PassingFile; at: number; lastAt: number }
export type DataState = { channel: Channel | undefined; client: Passing | undefined; server: Passing | undefined; hasBegun: boolean }

export type DataChannel = {
  readonly name: string
  /** As files.log names it. */
  readonly source: string
  /** Whose bytes are the file; the other side's are acknowledgements. */
  readonly sides: readonly Side[]
  /** files.log shows the name. */
  readonly showsName: boolean
}

const MAX_PIECE = 65_536

export function newChannel(name = ''): Channel {
  return { name, isListing: false, fileId: undefined, type: undefined, bytes: 0, lastAt: 0 }
}

export function dataChannel({ name, source, sides, showsName }: DataChannel): Protocol<Piece, DataState> {
  const dissector: Dissector<Piece, DataState> = {
    name,
    ports: [],
    maxFrame: MAX_PIECE,
    start: (about) => ({ channel: about as Channel | undefined, client: undefined, server: undefined, hasBegun: false }),
    frame(head, { state }) {
      // RFC 4217 §9: a protected transfer begins with a TLS handshake.
      if (!state.hasBegun && head.peek() === 0x16 && head.peek(1) === 3 && head.peek(2) <= 4 && head.left >= 6) return HANDED_OVER
      return Math.min(head.left, MAX_PIECE)
    },
    parse(r, { from, state }) {
      state.hasBegun = true
      const data = r.view(r.left, 'data')
      if (!sides.includes(from)) return { length: data.length }
      state[from] ??= { file: new PassingFile(), at: 0, lastAt: 0 }
      state[from].file.update(data)
      return { length: data.length }
    },
    gap({ from, state }, length) {
      state[from]?.file.lost(length)
      return true
    },
  }
  const zeekEnded = ({ state, flow }: SeenMessage<Piece | undefined, DataState>, put: PutRow): void => {
    for (const from of sides) {
      const passing = state[from]
      if (passing === undefined) continue
      const { file, at, lastAt } = passing
      const id = state.channel?.fileId ?? fileId(flow.uid, from)
      const title = showsName ? state.channel?.name : undefined
      putFile({ id, flow, source, file, name: title, from, at, lastAt, total: undefined }, put)
    }
  }
  return { dissector, observe, ended, logs, service: name, zeekEnded }
}

function observe({ from, state, at, flow }: SeenMessage<Piece, DataState>): void {
  const passing = state[from]
  if (passing === undefined) return
  if (passing.at === 0) passing.at = at
  passing.lastAt = at
  const { channel } = state
  if (channel === undefined) return
  channel.fileId ??= fileId(flow.uid, from)
  channel.bytes = passing.file.bytes
  channel.lastAt = at
  channel.type = passing.file.type
}

function ended(state: DataState, sink: Sink): void {
  const { channel } = state
  for (const side of ['client', 'server'] as const) {
    const passing = state[side]
    if (passing === undefined || channel?.isListing === true) continue
    const direction = side === 'client' ? 'to-server' : 'to-client'
    sayFile({ name: readable(channel?.name ?? ''), direction, file: passing.file }, sink)
  }
}

function fileId(uid: string, from: Side): string {
  return derivedId('F', uid, from).replace('-', '')
}

const logs: Readonly<Record<string, LogSpec>> = FILE_LOGS
