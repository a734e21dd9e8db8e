import type { SeenMessage, Side } from '@isthmus/wire'
import { findKerberos } from '../kerberos/gss.ts'
import { hintTicket } from '../kerberos/observe.ts'
import { sayFile } from '../moving-file.ts'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm, type Ntlm } from '../ntlm/ntlmssp.ts'
import { readSpnego, usesKerberos } from '../ntlm/spnego.ts'
import type { Sink } from '../protocol.ts'
import type { Command } from './command.ts'
import type { Files, OpenFile } from './files.ts'
import { SMB1, SMB1_COMMANDS, SMB2, SMB2_COMMANDS, STATUS, STATUS_NAMES } from './smb.table.ts'
import type { Smb, SmbState } from './smb.ts'

type Memory = { readonly files: Files; login: Ntlm | undefined; usesKerberos: boolean; user: string }

export function observe(seen: SeenMessage<Smb, SmbState>, sink: Sink): void {
  const { message: m, state, from } = seen
  for (const name of m.anomalies) sink.anomaly(`smb.${name}`)
  const memory = (state.seen ??= { files: state.files, login: undefined, usesKerberos: false, user: '' }) as Memory
  memory.files.now = seen.at
  if (m.data !== undefined) memory.files.piece(m.data, from === 'client', state[from].long === undefined)
  if (m.kind === 'session') {
    sink.hint('client', 'name', m.calling, 0.9)
    // Who knows no name calls the server's address, or nobody.
    sink.hint('server', 'name', /^(?:\*SMBSERV|[\d.]+$)/.test(m.called) ? undefined : m.called, 0.8)
  }
  for (const c of m.commands) {
    if (c.isResponse) responded(c, memory, sink)
    else requested(c, memory, from, sink)
  }
}

export function ended(state: SmbState, sink: Sink): void {
  const memory = state.seen as Memory | undefined
  if (memory !== undefined) for (const file of memory.files.all()) moved(file, sink)
}

const is = (c: Command, second: number, first: number): boolean => c.code === (c.generation === 2 ? second : first)

function requested(c: Command, memory: Memory, from: Side, sink: Sink): void {
  hostHints(c, from, sink)
  if (c.token !== undefined) tokenSeen(c.token, memory, from, sink)
  if (is(c, SMB2.sessionSetup, SMB1.sessionSetup) && c.user !== '') memory.user = c.domain === '' ? c.user : `${c.domain}\\${c.user}`
  if (is(c, SMB2.write, SMB1.write)) memory.files.data(c)
  if (c.reservedFunction !== undefined) sink.anomaly('smb.reserved-function', c.reservedFunction)
}

function hostHints(c: Command, from: Side, sink: Sink): void {
  sink.hint(from, 'os', c.os, 0.9)
  sink.hint(from, 'software', c.software, 0.6)
}

function tokenSeen(token: Uint8Array, memory: Memory, from: Side, sink: Sink): void {
  const ntlm = findNtlm(token)
  if (ntlm !== undefined) {
    hintNtlm(ntlm, from, sink)
    if (ntlm.kind === 'authenticate') {
      memory.login = ntlm
      memory.user = ntlm.domain === '' ? ntlm.user : `${ntlm.domain}\\${ntlm.user}`
    }
  } else if (from === 'client' && usesKerberos(readSpnego(token))) memory.usesKerberos = true
  const kerberos = from === 'client' ? findKerberos(token) : undefined
  if (kerberos !== undefined) hintTicket(kerberos, 'server', sink)
}

function responded(c: Command, memory: Memory, sink: Sink): void {
  hostHints(c, 'server', sink)
  if (c.token !== undefined) tokenSeen(c.token, memory, 'server', sink)
  const { asked } = c
  if (asked === undefined || c.status === STATUS.pending) return
  const ok = c.status === STATUS.ok || c.status === STATUS.bufferOverflow
  if (is(c, SMB2.sessionSetup, SMB1.sessionSetup)) loggedIn(c, ok, memory, sink)
  else if (is(c, SMB2.treeConnect, SMB1.treeConnect)) connected(c, asked, ok, memory, sink)
  else if (is(c, SMB2.create, SMB1.create)) opened(c, asked, ok, memory, sink)
  else if (is(c, SMB2.read, SMB1.read)) memory.files.data(c)
  const object = objectOf(c, asked, memory)
  if (is(c, SMB2.close, SMB1.close) && asked.fileId !== undefined) {
    const file = memory.files.closed(asked.fileId)
    if (file !== undefined) moved(file, sink)
  }
  operation(c, asked, object, ok, sink)
}

function loggedIn(c: Command, ok: boolean, memory: Memory, sink: Sink): void {
  if (c.status === STATUS.moreProcessing) return
  const { login } = memory
  const method = login !== undefined ? 'ntlm' : memory.usesKerberos ? 'kerberos' : 'smb'
  const plain = c.asked?.user ?? ''
  sink.say({ kind: 'login.tried', user: login?.user ?? plain, domain: login?.domain ?? c.asked?.domain ?? '', method, ok })
}

function connected(c: Command, asked: Command, ok: boolean, memory: Memory, sink: Sink): void {
  const type = c.shareType || (c.service.startsWith('IPC') ? 'PIPE' : 'DISK')
  if (ok) memory.files.connected(c.treeId, { path: asked.path, type })
  sink.say({
    kind: 'service.used',
    service: ok && type === 'PIPE' ? 'smb pipe share' : 'smb share',
    object: asked.path,
    user: memory.user,
    ok,
  })
  if (ok && type === 'DISK') sink.hint('server', 'role', 'file server', 0.6)
}

function opened(c: Command, asked: Command, ok: boolean, memory: Memory, sink: Sink): void {
  if (!ok || c.fileId === undefined) return
  const file = memory.files.opened(c.fileId, asked, c)
  if (file.isPipe) sink.say({ kind: 'service.used', service: 'named pipe', object: file.name, user: memory.user, ok })
}

function objectOf(c: Command, asked: Command, memory: Memory): string {
  if (is(c, SMB2.negotiate, SMB1.negotiate))
    return c.generation === 2 ? (c.dialects[0] ?? '') : `SMB 1 ${asked.dialects[c.size] ?? ''}`.trim()
  if (asked.path !== '') {
    const tree = is(c, SMB2.treeConnect, SMB1.treeConnect) ? '' : memory.files.trees.get(asked.treeId)?.path
    return joined(tree ?? '', asked.path)
  }
  const file = memory.files.get(asked.fileId)
  if (file !== undefined) return joined(file.tree, file.name)
  return memory.files.trees.get(asked.treeId)?.path ?? ''
}

function joined(tree: string, name: string): string {
  return tree === '' ? name : `${tree}\\${name.replace(/^\\/, '')}`
}

function operation(c: Command, asked: Command, object: string, ok: boolean, sink: Sink): void {
  const [name, access] = (c.generation === 2 ? SMB2_COMMANDS[c.code] : SMB1_COMMANDS[c.code]) ?? ['unknown', 'unknown']
  const changed = asked.deletes ? 'delete' : asked.newName === undefined ? undefined : 'rename'
  const key = `${c.generation} ${c.code} ${changed ?? ''} ${c.status} ${object}`
  if (sink.again(key)) return
  const isDone = ok || c.status === STATUS.moreProcessing
  sink.operation(key, {
    operation: changed ?? name,
    object: asked.newName === undefined ? object : `${object} to ${asked.newName}`,
    access: asked.writes ? 'write' : access,
    ok: isDone,
    error: isDone ? '' : (STATUS_NAMES[c.status] ?? `0x${c.status.toString(16)}`),
    part: undefined,
  })
}

function moved(file: OpenFile, sink: Sink): void {
  for (const [transfer, direction] of [
    [file.read, 'to-client'],
    [file.written, 'to-server'],
  ] as const) {
    if (transfer === undefined || transfer.file.bytes === 0) continue
    const whole = direction === 'to-server' || file.size === 0 || transfer.file.bytes === file.size
    if (!whole) transfer.file.lost(0)
    sayFile({ name: joined(file.tree, file.name), direction, file: transfer.file }, sink)
  }
}
