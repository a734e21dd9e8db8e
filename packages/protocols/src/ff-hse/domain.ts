/** Domains (programs, parameters) loaded into a device or out of it: begun, moved in segments, ended. */
import type { Side } from '@isthmus/wire'
import { MovingBytes } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { SERVICE } from './ff-hse.table.ts'
import { type FfHse, type FfHseState, KIND } from './ff-hse.ts'

const MAX_TRANSFERS = 64
const BEGINS: readonly number[] = [SERVICE.initiateDownload, SERVICE.initiateUpload, SERVICE.genericInitiate]
const DOWNLOADED: readonly number[] = [SERVICE.terminateDownload, SERVICE.genericTerminate]

export function transfers(m: FfHse, state: FfHseState, sink: Sink): void {
  const { service, kind, body } = m
  if (kind === KIND.request) {
    if (BEGINS.includes(service)) begin(body.index, service === SERVICE.initiateUpload ? 'server' : 'client', state, sink)
    else if (service === SERVICE.genericSegment) move(state.transfers.get(body.index), body.data)
    else if (DOWNLOADED.includes(service)) end(body.index, 'program.downloaded', state, sink)
    else if (service === SERVICE.terminateUpload) end(body.index, 'program.uploaded', state, sink)
    // Who answers with a segment does not say of what.
    else if (service === SERVICE.downloadSegment || service === SERVICE.uploadSegment) state.domain = body.index
  } else if (kind === KIND.response && (service === SERVICE.downloadSegment || service === SERVICE.uploadSegment))
    move(state.transfers.get(state.domain), body.data)
}

function begin(index: number, from: Side, { transfers }: FfHseState, sink: Sink): void {
  if (transfers.size >= MAX_TRANSFERS) transfers.clear()
  transfers.set(index, new MovingBytes(from, sink))
}

function move(transfer: MovingBytes | undefined, data: Uint8Array): void {
  transfer?.update(data)
}

function end(index: number, kind: 'program.downloaded' | 'program.uploaded', { transfers }: FfHseState, sink: Sink): void {
  const transfer = transfers.get(index)
  if (transfer === undefined) return
  transfers.delete(index)
  sink.say({ kind, section: `domain ${index}`, sectionType: 'domain', ...transfer.end(sink), user: undefined, ok: undefined })
}
