/** Trees and files of one connection: what an id stands for, and the bytes that pass under it. */

import type { Micros } from '@isthmus/model'
import type { Carried } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import type { Command } from './command.ts'
import { SMB1, SMB2 } from './smb.table.ts'

export type Tree = { path: string; type: string }
type Transfer = { file: PassingFile; next: number; readonly at: Micros; lastAt: Micros }
/** What was read from or written to one open file, for the log. */
export type Moved = { readonly open: OpenFile; readonly transfer: Transfer; readonly isWrite: boolean }
export type OpenFile = {
  name: string
  tree: string
  isPipe: boolean
  size: number
  read: Transfer | undefined
  written: Transfer | undefined
}

/** Protects memory against clients that never close. */
const MAX_TREES = 256
const MAX_FILES = 512
/** Finished transfers kept for a log that may not be written. */
const MAX_OVER = 64

/** Pipes by name, for trees whose connection was not seen. */
const PIPES =
  /^\\?(?:pipe\\)?(?:atsvc|browser|epmapper|eventlog|efsrpc|initshutdown|keysvc|ls(?:arpc|ass)|msgsvc|netdfs|netlogon|ntsvcs|plugplay|protected_storage|router|samr|scerpc|spoolss|srvsvc|svcctl|trkwks|w32time|winreg|wkssvc)$/i

export class Files {
  readonly trees = new Map<number, Tree>()
  readonly #files = new Map<number, OpenFile>()
  /** The file whose long message is arriving in pieces, by direction. */
  #reading: Transfer | undefined = undefined
  #writing: Transfer | undefined = undefined
  #over: Moved[] = []
  /** Time of the message at hand. */
  now: Micros = 0

  connected(id: number, tree: Tree): void {
    if (this.trees.size >= MAX_TREES) this.trees.delete(this.trees.keys().next().value!)
    this.trees.set(id, tree)
  }

  opened(id: number, request: Command, response: Command): OpenFile {
    const tree = this.trees.get(request.treeId)
    const file: OpenFile = {
      name: request.path,
      tree: tree?.path ?? '',
      isPipe: tree === undefined ? response.isPipe || PIPES.test(request.path) : tree.type === 'PIPE',
      size: response.size,
      read: undefined,
      written: undefined,
    }
    if (this.#files.size >= MAX_FILES) this.#files.delete(this.#files.keys().next().value!)
    this.#files.set(id, file)
    return file
  }

  get(id: number | undefined): OpenFile | undefined {
    return id === undefined ? undefined : this.#files.get(id)
  }

  closed(id: number): OpenFile | undefined {
    const file = this.#files.get(id)
    this.#files.delete(id)
    if (file !== undefined) this.#finish(file)
    return file
  }

  /** Transfers that have ended since the last call. */
  takeOver(): readonly Moved[] {
    const taken = this.#over
    if (taken.length > 0) this.#over = []
    return taken
  }

  #finish(open: OpenFile): void {
    for (const isWrite of [false, true]) {
      const transfer = isWrite ? open.written : open.read
      if (transfer !== undefined && transfer.file.bytes > 0 && this.#over.length < MAX_OVER) this.#over.push({ open, transfer, isWrite })
    }
  }

  /** Data of a read response or a write request. */
  data(c: Command): void {
    const isWrite = c.code === (c.generation === 2 ? SMB2.write : SMB1.write)
    const request = isWrite ? c : c.asked
    const file = this.get(request?.fileId)
    if (c.data === undefined || request === undefined || file === undefined || file.isPipe) return
    const transfer = isWrite ? (file.written ??= begin(this.now)) : (file.read ??= begin(this.now))
    if (isWrite) this.#writing = c.dataLeft > 0 ? transfer : undefined
    else this.#reading = c.dataLeft > 0 ? transfer : undefined
    // Out of order or twice: the bytes are counted, but they are no longer one file to hash.
    if (transfer.next !== request.offset) transfer.file.lost(Math.max(0, request.offset - transfer.next))
    transfer.next = request.offset + c.data.length
    transfer.lastAt = this.now
    transfer.file.update(c.data)
  }

  piece(data: Uint8Array, isWrite: boolean, hasHole: boolean): void {
    const transfer = isWrite ? this.#writing : this.#reading
    if (transfer === undefined) return
    if (hasHole) transfer.file.lost(0)
    transfer.next += data.length
    transfer.lastAt = this.now
    transfer.file.update(data)
  }

  *all(): Generator<OpenFile> {
    for (const file of this.#files.values()) {
      this.#finish(file)
      yield file
    }
    this.#files.clear()
  }
}

function begin(at: Micros): Transfer {
  return { file: new PassingFile(), next: 0, at, lastAt: at }
}

/** What goes through named pipes is another protocol's: writes and what they are answered, by pipe. */
export function pipeBytes(commands: readonly Command[], files: Files): Carried[] | undefined {
  let carried: Carried[] | undefined
  for (const c of commands) {
    const id = c.fileId ?? c.asked?.fileId
    if (c.data === undefined || c.data.length === 0 || id === undefined) continue
    // A pipe opened before the capture began is told by what it carries.
    const file = files.get(id)
    if (file === undefined ? c.data[0] !== 5 : !file.isPipe) continue
    ;(carried ??= []).push({ over: 'smb/pipe', bytes: c.data, channel: id, about: file?.name })
  }
  return carried
}
