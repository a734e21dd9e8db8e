/** The connection of one transfer: nothing but the file or listing. It is found because its control connection announced it. */

import { derivedId } from '@isthmus/model'
import { type Dissector, HANDED_OVER, type SeenMessage, type Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { PassingFile } from '../mime/passing-file.ts'
import type { LogSpec, Protocol, PutRow, Sink } from '../protocol.ts'
import { FILES_LOG, fileCells } from '../zeek-files.ts'
import type { Channel } from './ftp.ts'

export type Piece = { length: number }
type Passing = { file: PassingFile; at: number; lastAt: number }
export type DataState = { channel: Channel | undefined; client: Passing | undefined; server: Passing | undefined; begun: boolean }

const MAX_PIECE = 65_536
const SIDES: readonly Side[] = ['client', 'server']

export const dissector: Dissector<Piece, DataState> = {
  name: 'ftp-data',
  ports: [],
  maxFrame: MAX_PIECE,
  start: (about) => ({ channel: about as Channel | undefined, client: undefined, server: undefined, begun: false }),
  frame(head, { state }) {
    // RFC 4217 §9: a protected transfer begins with a TLS handshake.
    if (!state.begun && head.peek() === 0x16 && head.peek(1) === 3 && head.peek(2) <= 4 && head.left >= 6) return HANDED_OVER
    return Math.min(head.left, MAX_PIECE)
  },
  parse(r, { from, state }) {
    state.begun = true
    const passing = (state[from] ??= { file: new PassingFile(), at: 0, lastAt: 0 })
    const data = r.view(r.left, 'data')
    passing.file.update(data)
    return { length: data.length }
  },
  gap({ from, state }, length) {
    state[from]?.file.lost(length)
    return true
  },
}

function observe({ from, state, at, flow }: SeenMessage<Piece, DataState>): void {
  const passing = state[from]!
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
  for (const side of SIDES) {
    const passing = state[side]
    if (passing === undefined || passing.file.bytes === 0 || /^(?:LIST|NLST|MLSD)$/.test(channel?.command ?? '')) continue
    sink.say({
      kind: 'file.moved',
      name: readable(channel?.name ?? ''),
      direction: side === 'client' ? 'to-server' : 'to-client',
      bytes: passing.file.bytes,
      mime: passing.file.type ?? '',
      hash: passing.file.hash(),
    })
  }
}

function zeekEnded({ state, flow }: SeenMessage<Piece | undefined, DataState>, put: PutRow): void {
  for (const from of SIDES) {
    const passing = state[from]
    if (passing === undefined) continue
    const { file, at, lastAt } = passing
    const id = state.channel?.fileId ?? fileId(flow.uid, from)
    put('files', fileCells({ id, flow, source: 'FTP_DATA', file, name: undefined, from, at, lastAt, total: undefined }), at)
  }
}

function fileId(uid: string, from: Side): string {
  return derivedId('F', uid, from).replace('-', '')
}

const logs: Readonly<Record<string, LogSpec>> = { files: FILES_LOG }

export const ftpData: Protocol<Piece, DataState> = { dissector, observe, ended, logs, service: 'ftp-data', zeekEnded }
