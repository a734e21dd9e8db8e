/** Domains (programs, parameters) loaded into a device or out of it: begun, moved in segments, ended. */
import { newSha256 } from '../hash/lent.ts'
import type { Sink } from '../protocol.ts'
import { SERVICE } from './ff-hse.table.ts'
import { type FfHse, type FfHseState, KIND, type Transfer } from './ff-hse.ts'

const MAX_TRANSFERS = 64
const BEGINS: readonly number[] = [SERVICE.initiateDownload, SERVICE.initiateUpload, SERVICE.genericInitiate]
const DOWNLOADED: readonly number[] = [SERVICE.terminateDownload, SERVICE.genericTerminate]

export function transfers(m: FfHse, state: FfHseState, sink: Sink): void {
  const { service, kind, body } = m
  if (kind === KIND.request) {
    if (BEGINS.includes(service)) begin(body.index, state)
    else if (service === SERVICE.genericSegment) move(state.transfers.get(body.index), body.data)
    else if (DOWNLOADED.includes(service)) end(body.index, 'program.downloaded', state, sink)
    else if (service === SERVICE.terminateUpload) end(body.index, 'program.uploaded', state, sink)
    // Who answers with a segment does not say of what.
    else if (service === SERVICE.downloadSegment || service === SERVICE.uploadSegment) state.domain = body.index
  } else if (kind === KIND.response && (service === SERVICE.downloadSegment || service === SERVICE.uploadSegment))
    move(state.transfers.get(state.domain), body.data)
}

function begin(index: number, { transfers }: FfHseState): void {
  if (transfers.size >= MAX_TRANSFERS) transfers.clear()
  transfers.set(index, { bytes: 0, hash: newSha256() })
}

function move(transfer: Transfer | undefined, data: Uint8Array): void {
  if (transfer === undefined) return
  transfer.bytes += data.length
  transfer.hash.update(data)
}

function end(index: number, kind: 'program.downloaded' | 'program.uploaded', { transfers }: FfHseState, sink: Sink): void {
  const transfer = transfers.get(index)
  if (transfer === undefined) return
  transfers.delete(index)
  const { bytes } = transfer
  const hash = bytes > 0 ? transfer.hash.hex() : undefined
  sink.say({ kind, section: `domain ${index}`, sectionType: 'domain', bytes, hash, user: undefined, ok: undefined })
}
