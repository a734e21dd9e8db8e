/** Blocks on their way: an upload is fetched part by part under a session, a download is asked for by the controller by file name. */
import type { Side } from '@isthmus/wire'
import { MovingBytes } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { isWholeBlock } from './block-parts.ts'
import { BLOCKS } from './s7comm.table.ts'
import type { S7comm } from './s7comm.ts'

export type Transfer = { readonly file: string; readonly moving: MovingBytes }
export type Transfers = { readonly bySession: Map<number, Transfer>; readonly byFile: Map<string, Transfer> }

/** Transfers of one conversation that may be open at once. */
const MAX_TRANSFERS = 32

const newTransfer = (file: string, from: Side, sink: Sink): Transfer => ({ file, moving: new MovingBytes(from, sink) })

/** `_0A00001A` → type digits `0A`, number `00001`, file system `A`. */
export function fileParts(file: string): { type: string; number: string; filesystem: string } {
  return { type: file.slice(1, 3), number: file.slice(3, 8), filesystem: file.slice(8, 9) }
}

/** `_0A00001A` → `DB1`. */
export function blockName(file: string): string {
  const { type, number } = fileParts(file)
  const short = BLOCKS[type]?.[0]
  return short === undefined || !/^\d+$/.test(number) ? file : `${short}${Number(number)}`
}

/** Blocks named in the argument of a program invocation, eight characters each: `DB1, FC3`. */
export function blocksIn(argument: string): string {
  return [...argument.matchAll(/[0-9A-F]{2}\d{5}[ABP]/g)].map((match) => blockName(`_${match[0]}`)).join(', ')
}

/** An answered job of an upload. */
export function upload(asked: S7comm, answer: S7comm, ok: boolean, transfers: Transfers, sink: Sink): void {
  const { bySession } = transfers
  if (asked.code === 0x1d) {
    if (ok) keep(bySession, answer.session, newTransfer(asked.file, 'server', sink))
    return
  }
  const transfer = bySession.get(asked.session)
  if (transfer === undefined) return
  if (asked.code === 0x1e) {
    transfer.moving.update(answer.data)
    return
  }
  bySession.delete(asked.session)
  sink.say({ kind: 'program.uploaded', ...programOf(transfer, sink), ok })
}

/** The client announces a block; the controller will ask for it. */
export function announce(asked: S7comm, ok: boolean, transfers: Transfers, sink: Sink): void {
  if (ok) keep(transfers.byFile, asked.file, newTransfer(asked.file, 'client', sink))
}

/** The client answered the controller's request for a part, or its notice that the block is whole. */
export function download(asked: S7comm, answer: S7comm, ok: boolean, transfers: Transfers, sink: Sink): void {
  const { byFile } = transfers
  // Of a block that nobody announced, the beginning may have gone by before the capture began.
  const transfer = byFile.get(asked.file) ?? unannounced(asked.file, sink)
  if (asked.code === 0x1b) {
    keep(byFile, asked.file, transfer)
    transfer.moving.update(answer.data)
    return
  }
  byFile.delete(asked.file)
  sink.say({ kind: 'program.downloaded', ...programOf(transfer, sink), ok })
}

function keep<K>(transfers: Map<K, Transfer>, key: K, transfer: Transfer): void {
  if (transfers.size >= MAX_TRANSFERS && !transfers.has(key)) transfers.delete(transfers.keys().next().value!)
  transfers.set(key, transfer)
}

function unannounced(file: string, sink: Sink): Transfer {
  return { file, moving: new MovingBytes('client', sink).lost() }
}

function programOf(transfer: Transfer, sink: Sink) {
  const sectionType = BLOCKS[fileParts(transfer.file).type]?.[1].toLowerCase() ?? 'file'
  return { section: blockName(transfer.file), sectionType, ...transfer.moving.end(sink, isWholeBlock), user: undefined }
}
