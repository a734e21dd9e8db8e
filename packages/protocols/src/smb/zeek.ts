/** smb_mapping.log, smb_files.log and ntlm.log, with the bookkeeping of Zeek's scripts. */
import { derivedId, type Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { logTicket } from '../kerberos/gss.ts'
import { endKerberos, KERBEROS_LOG } from '../kerberos/log.ts'
import { isLeftOpen } from '../mime/part-log.ts'
import { logNtlm, NTLM_LOG, type NtlmRow, writeNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import { readSpnego } from '../ntlm/spnego.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { FILE_LOGS, putFile } from '../zeek-files.ts'
import { sure, sureOfToken, unsure } from '../zeek-service.ts'
import type { Command, Times } from './command.ts'
import type { Moved } from './files.ts'
import { SMB1, SMB2, STATUS } from './smb.table.ts'
import type { Smb, SmbState } from './smb.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  smb_mapping: {
    columns: [
      ['path', 'string'],
      ['service', 'string'],
      ['native_file_system', 'string'],
      ['share_type', 'string'],
    ],
  },
  smb_files: {
    columns: [
      ['fuid', 'string'],
      ['action', 'enum'],
      ['path', 'string'],
      ['name', 'string'],
      ['size', 'count'],
      ['prev_name', 'string'],
      ['times.modified', 'time'],
      ['times.accessed', 'time'],
      ['times.created', 'time'],
      ['times.changed', 'time'],
    ],
  },
  ...FILE_LOGS,
  ntlm: NTLM_LOG,
  kerberos: KERBEROS_LOG,
}

type TreeRow = { at: Micros; path: string | undefined; service: string | undefined; fileSystem: string | undefined; type: string }
type FileRow = {
  at: Micros
  action: string
  path: string | undefined
  name: string | undefined
  size: number
  before: string | undefined
  times: Times | undefined
}
type Pending = { tree: TreeRow; file: FileRow }
type Log = {
  readonly trees: Map<number, TreeRow>
  readonly files: Map<number, FileRow>
  readonly pending: Map<number, Pending>
  readonly recent: Set<string>
  ntlm: NtlmRow | undefined
  segments: number
  lastPacket: number
}

/** Caps of what Zeek keeps without one. */
const MAX_ENTRIES = 1024
const MAX_RECENT = 4096
/** Zeek is sure of SMB with the third segment. */
const SURE_SEGMENTS = 3
const SEGMENT = 1460

export function zeek(seen: SeenMessage<Smb, SmbState>, put: PutRow): void {
  const { message: m, state, at } = seen
  const log = (state.log ??= newLog()) as Log
  count(log, seen, false)
  for (const c of m.commands) {
    if (c.token !== undefined) {
      log.ntlm = logNtlm(log.ntlm, findNtlm(c.token), readSpnego(c.token), at, put)
      logTicket(c.token, seen.flow, seen.from, at, put)
      sureOfToken(seen.flow, c.token)
    }
    if (c.generation === 2) second(c, log, at, put)
    else first(c, log, at, put)
  }
  count(log, seen, true)
  for (const moved of state.files.takeOver()) writeMoved(moved, seen, false, put)
}

function newLog(): Log {
  return { trees: new Map(), files: new Map(), pending: new Map(), recent: new Set(), ntlm: undefined, segments: 0, lastPacket: 0 }
}

/** Segments before a message's last, then the last: what the message carries stands between. NetBIOS's own messages are another's. */
function count(log: Log, { flow, message, firstPacket, lastPacket, length }: SeenMessage<Smb, SmbState>, isLast: boolean): void {
  if (log.segments >= SURE_SEGMENTS || message.kind === 'session') return
  if (!isLast) log.segments += firstPacket === lastPacket ? 0 : Math.max(1, Math.ceil(length / SEGMENT) - 1)
  else if (lastPacket !== log.lastPacket) {
    log.segments++
    log.lastPacket = lastPacket
  }
  if (log.segments < SURE_SEGMENTS) unsure(flow, 'smb')
  else sure(flow, 'smb')
}

export function zeekEnded(seen: SeenMessage<Smb | undefined, SmbState>, put: PutRow): void {
  writeNtlm((seen.state.log as Log | undefined)?.ntlm, put)
  endKerberos(seen.flow, put)
  for (const moved of seen.state.files.takeOver()) writeMoved(moved, seen, isLeftOpen(seen.flow), put)
}

function writeMoved(m: Moved, seen: SeenMessage<Smb | undefined, SmbState>, isLeft: boolean, put: PutRow): void {
  const { flow } = seen
  const { file, at, lastAt } = m.transfer
  const id = derivedId('F', flow.uid, `${m.open.name}${at}`).replace('-', '')
  const total = m.open.size > 0 ? m.open.size : undefined
  const name = m.open.name === '' ? undefined : m.open.name
  const isWhole = total !== undefined && file.bytes >= total
  const logged = { id, flow, source: 'SMB', file, name, at, lastAt, total, timedOut: isLeft && !isWhole }
  putFile({ ...logged, from: m.isWrite ? 'client' : 'server' }, put)
}

function newTree(at: Micros): TreeRow {
  return { at, path: undefined, service: undefined, fileSystem: undefined, type: 'DISK' }
}

function newFile(at: Micros): FileRow {
  return { at, action: '', path: undefined, name: undefined, size: 0, before: undefined, times: undefined }
}

function keep<T>(map: Map<number, T>, key: number, value: T): T {
  if (map.size >= MAX_ENTRIES && !map.has(key)) map.delete(map.keys().next().value!)
  map.set(key, value)
  return value
}

function second(c: Command, log: Log, at: Micros, put: PutRow): void {
  const known = log.pending.get(c.messageId)
  const p = known ?? keep(log.pending, c.messageId, { tree: newTree(at), file: newFile(at) })
  if (c.treeId > 0) {
    if (known !== undefined) keep(log.trees, c.treeId, p.tree)
    else p.tree = log.trees.get(c.treeId) ?? keep(log.trees, c.treeId, newTree(at))
  } else if (known === undefined || !c.isResponse) p.tree = newTree(at)
  if (c.isResponse) secondResponse(c, p, log, put)
  else secondRequest(c, p, log, put)
  if (c.isResponse && c.status !== STATUS.pending) log.pending.delete(c.messageId)
}

function secondRequest(c: Command, p: Pending, log: Log, put: PutRow): void {
  const verb = (disk: string, other: string): string =>
    p.tree.type === 'PIPE' || p.tree.type === 'PRINT' ? `SMB::${p.tree.type}_${other}` : `SMB::FILE_${disk}`
  if (c.code === SMB2.treeConnect) p.tree.path = c.path
  else if (c.code === SMB2.treeDisconnect) log.trees.delete(c.treeId)
  else if (c.code === SMB2.create) {
    p.file.name = c.path === '' ? '<share_root>' : c.path
    p.file.action = verb('OPEN', 'OPEN')
  } else if (c.fileId === undefined) return
  else if (c.code === SMB2.read || c.code === SMB2.write)
    act(p, c.fileId, verb(c.code === SMB2.read ? 'READ' : 'WRITE', c.code === SMB2.read ? 'READ' : 'WRITE'), log, put)
  else if (c.code === SMB2.setInfo) setInfo(c, p, log, put)
  else if (c.code === SMB2.close) close(c.fileId, p, verb('CLOSE', 'CLOSE'), log, put)
}

function setInfo(c: Command, p: Pending, log: Log, put: PutRow): void {
  if (c.newName !== undefined) {
    current(p, c.fileId!, log)
    p.file.before = p.file.name ?? p.file.before
    p.file.name = c.newName
    act(p, c.fileId!, 'SMB::FILE_RENAME', log, put)
  } else if (c.deletes) act(p, c.fileId!, 'SMB::FILE_DELETE', log, put)
}

function close(id: number, p: Pending, action: string, log: Log, put: PutRow): void {
  const isKnown = log.files.has(id)
  current(p, id, log)
  p.file.action = action
  if (isKnown) p.file.path = p.tree.path ?? p.file.path
  log.files.delete(id)
  if (isKnown) writeFile(p.file, log, put)
}

function act(p: Pending, id: number, action: string, log: Log, put: PutRow): void {
  current(p, id, log)
  p.file.action = action
  writeFile(p.file, log, put)
}

function current(p: Pending, id: number, log: Log): void {
  p.file = log.files.get(id) ?? keep(log.files, id, p.file)
}

function secondResponse(c: Command, p: Pending, log: Log, put: PutRow): void {
  if (c.status !== STATUS.ok) return
  if (c.code === SMB2.treeConnect) {
    p.tree.type = c.shareType
    writeTree(p.tree, put)
  } else if (c.code === SMB2.create && c.fileId !== undefined) {
    current(p, c.fileId, log)
    p.file.size = c.size
    p.file.path = p.tree.path ?? p.file.path
    if (c.times !== undefined && c.times[0] > 0) p.file.times = c.times
    writeFile(p.file, log, put)
  }
}

function first(c: Command, log: Log, at: Micros, put: PutRow): void {
  const tree = log.trees.get(c.treeId) ?? keep(log.trees, c.treeId, newTree(at))
  const p = log.pending.get(c.messageId) ?? keep(log.pending, c.messageId, { tree, file: newFile(at) })
  if (!c.isResponse) firstRequest(c, p, tree, log, put, at)
  else {
    if (c.status === STATUS.ok) firstResponse(c, p, log, put)
    log.pending.delete(c.messageId)
  }
}

function firstRequest(c: Command, p: Pending, tree: TreeRow, log: Log, put: PutRow, at: Micros): void {
  if (c.code === SMB1.treeConnect) p.tree = { ...newTree(at), path: c.path, service: c.service }
  else if (c.code === SMB1.create) p.file = { ...newFile(at), name: c.path, action: 'SMB::FILE_OPEN' }
  else if (c.code === SMB1.close && c.fileId !== undefined) close(c.fileId, { tree, file: p.file }, 'SMB::FILE_CLOSE', log, put)
  else if ((c.code === SMB1.read || c.code === SMB1.write) && c.fileId !== undefined) {
    current(p, c.fileId, log)
    p.file.action = c.code === SMB1.read ? 'SMB::FILE_READ' : 'SMB::FILE_WRITE'
    p.file.path ??= tree.path
  }
}

function firstResponse(c: Command, p: Pending, log: Log, put: PutRow): void {
  if (c.code === SMB1.treeConnect) {
    p.tree.service = c.service
    if (c.service === 'IPC') p.tree.type = 'PIPE'
    if (c.fileSystem !== '') p.tree.fileSystem = c.fileSystem
    keep(log.trees, c.treeId, p.tree)
    writeTree(p.tree, put)
  } else if (c.code === SMB1.create && c.fileId !== undefined) {
    p.file.action = 'SMB::FILE_OPEN'
    p.file.size = c.size
    if (c.times !== undefined && c.times[0] > 0) p.file.times = c.times
    keep(log.files, c.fileId, p.file)
    writeFile(p.file, log, put)
  }
}

function writeTree(tree: TreeRow, put: PutRow): void {
  put('smb_mapping', [tree.path, tree.service, tree.fileSystem, tree.type], tree.at)
}

const LOGGED: readonly string[] = ['SMB::FILE_OPEN', 'SMB::FILE_RENAME', 'SMB::FILE_DELETE', 'SMB::PRINT_OPEN', 'SMB::PRINT_CLOSE']

function writeFile(f: FileRow, log: Log, put: PutRow): void {
  if (f.name === undefined || !LOGGED.includes(f.action)) return
  if (f.times !== undefined) {
    // The access time may differ between two openings of one file.
    const identity = [f.action, f.name, f.path, f.size, f.times[0], f.times[2], f.times[3]].join('\u0001')
    if (log.recent.has(identity)) return
    if (log.recent.size >= MAX_RECENT) log.recent.clear()
    log.recent.add(identity)
  }
  put(
    'smb_files',
    [undefined, f.action, f.path, f.name, f.size, f.before, ...(f.times ?? [undefined, undefined, undefined, undefined])],
    f.at,
  )
}
