/** Arguments and results of the port mapper (RFC 1833), of MOUNT and NFS 3 (RFC 1813) and of simple NFS 4 compounds (RFC 7530). */
import type { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { FILED_3, FINDS_3, MOUNT, NAMED_3, NFS, OPERATIONS_4, PORTMAP, PROGRAMS } from './rpc.table.ts'
import { opaque, type Rpc, type RpcState } from './rpc.ts'

const MAX_ENTRIES = 256
const MAX_NAMES = 4096
const TCP = 6

export function readArguments(r: Reader, m: Rpc, state: RpcState): void {
  if (m.program === PORTMAP) portmapArguments(r, m)
  else if (m.program === MOUNT && (m.procedure === 1 || m.procedure === 3)) m.object = opaque(r, 'path')
  else if (m.program === NFS && m.version === 3) nfs3Arguments(r, m, state)
  else if (m.program === NFS && m.version === 4 && m.procedure === 1) compound(r, m)
}

function portmapArguments(r: Reader, m: Rpc): void {
  if (m.version === 2 && m.procedure >= 1 && m.procedure <= 3) {
    const program = r.u32('program')
    const version = r.u32('version')
    const transport = r.u32('transport')
    const port = r.u32('port')
    m.object = `${programName(program)} ${version}/${transport === TCP ? 'tcp' : 'udp'}${m.procedure === 1 ? ` ${port}` : ''}`
  } else if (m.version > 2 && m.procedure >= 1 && m.procedure <= 3) {
    const program = r.u32('program')
    const version = r.u32('version')
    m.object = `${programName(program)} ${version}/${opaque(r, 'network', 64)}`
  } else if (m.procedure === 5) m.object = programName(r.u32('program'))
}

export function programName(program: number): string {
  return PROGRAMS[program] ?? `program ${program}`
}

function handleOf(r: Reader): string {
  const length = r.u32('file length')
  const bytes = r.view(Math.min(length, 128), 'file')
  r.skip(Math.min((4 - (length & 3)) & 3, r.left))
  return hexText(bytes)
}

function nfs3Arguments(r: Reader, m: Rpc, state: RpcState): void {
  if (NAMED_3.has(m.procedure)) {
    const folder = state.names.get(handleOf(r))
    const name = opaque(r, 'name', 512)
    m.object = folder === undefined ? name : `${folder}/${name}`
    if (m.procedure !== 14) return
    const to = state.names.get(handleOf(r))
    const other = opaque(r, 'new name', 512)
    m.object += ` to ${to === undefined ? other : `${to}/${other}`}`
  } else if (FILED_3.has(m.procedure)) {
    m.handle = handleOf(r)
    m.object = state.names.get(m.handle) ?? ''
    if (m.procedure === 6 || m.procedure === 7) {
      r.u64('offset')
      m.bytes = r.u32('count')
    }
  }
}

/** Operations one after another, as far as their arguments' size is known. */
function compound(r: Reader, m: Rpc): void {
  opaque(r, 'tag')
  r.u32('minor version')
  const count = Math.min(r.u32('operations'), 64)
  const names: string[] = []
  const path: string[] = []
  for (let i = 0; i < count && r.left > 0; i++) {
    const operation = r.u32('operation')
    const name = OPERATIONS_4[operation]
    if (name === undefined) {
      names.push(`operation ${operation}`)
      break
    }
    names.push(name)
    if (operation === 15 || operation === 28) path.push(opaque(r, 'name', 512))
    else if (operation === 22) handleOf(r)
    else if (operation === 3) r.u32('access')
    else if (operation === 9) r.view(Math.min(r.u32('words'), 8) * 4, 'attributes')
    else if (operation === 25) r.view(28, 'state, offset, count')
    else if (operation === 53) r.view(32, 'session')
  }
  m.entries = names
  m.object = path.join('/')
}

export function readResults(r: Reader, m: Rpc, asked: Rpc, state: RpcState): void {
  if (m.program === PORTMAP) portmapResults(r, m)
  else if (m.program === MOUNT) mountResults(r, m, asked, state)
  else if (m.program === NFS && m.procedure > 0) {
    m.result = r.u32('result')
    if (m.result === 0 && m.version === 3 && FINDS_3.has(m.procedure)) found(r, m, asked, state)
  }
}

function portmapResults(r: Reader, m: Rpc): void {
  if (m.version === 2 && m.procedure === 3) m.entries.push(String(r.u32('port')))
  else if (m.version > 2 && m.procedure === 3) m.entries.push(opaque(r, 'address', 128))
  else if (m.procedure === 4 && m.version === 2) {
    while (r.left >= 20 && m.entries.length < MAX_ENTRIES && r.u32('more') === 1) {
      const program = r.u32('program')
      const version = r.u32('version')
      const transport = r.u32('transport') === TCP ? 'tcp' : 'udp'
      m.entries.push(`${programName(program)} ${version} ${transport}/${r.u32('port')}`)
    }
  } else if (m.procedure === 4) {
    while (r.left >= 20 && m.entries.length < MAX_ENTRIES && r.u32('more') === 1) {
      const program = r.u32('program')
      const version = r.u32('version')
      const network = opaque(r, 'network', 64)
      const address = opaque(r, 'address', 128)
      opaque(r, 'owner', 64)
      m.entries.push(`${programName(program)} ${version} ${network} ${address}`)
    }
  }
}

function mountResults(r: Reader, m: Rpc, asked: Rpc, state: RpcState): void {
  if (m.procedure === 1) {
    m.result = r.u32('result')
    if (m.result !== 0 || m.version < 3) return
    remember(state, handleOf(r), asked.object)
  } else if (m.procedure === 5) {
    while (r.left >= 8 && m.entries.length < MAX_ENTRIES && r.u32('more') === 1) {
      m.entries.push(opaque(r, 'path'))
      for (let n = 0; n < MAX_ENTRIES && r.left >= 4 && r.u32('more groups') === 1; n++) opaque(r, 'group')
    }
  }
}

/** A lookup answers the file itself; what makes files says first whether it does. */
function found(r: Reader, m: Rpc, asked: Rpc, state: RpcState): void {
  if (m.procedure !== 3 && r.u32('file follows') === 0) return
  m.handle = handleOf(r)
  remember(state, m.handle, asked.object)
}

function remember(state: RpcState, handle: string, name: string): void {
  if (handle === '' || name === '') return
  if (state.names.size >= MAX_NAMES) state.names.clear()
  state.names.set(handle, name)
}
