/** Files on their way through opcode 203: opened by name, moved by descriptor. */
import type { Hash } from '../hash/block-hash.ts'
import { newSha256 } from '../hash/lent.ts'
import type { Sink } from '../protocol.ts'

/** Open files of a conversation; devices allow a few. */
const MAX_FILES = 16

export type Moving = { readonly name: string; direction: 'to-server' | 'to-client' | 'unknown'; bytes: number; readonly hash: Hash }

export function opened(name: string): Moving {
  return { name, direction: 'unknown', bytes: 0, hash: newSha256() }
}

/** The device has given the file a descriptor. */
export function described(files: Map<number, Moving>, descriptor: number, file: Moving, sink: Sink): void {
  closed(files, descriptor, sink)
  if (files.size >= MAX_FILES) closed(files, files.keys().next().value!, sink)
  files.set(descriptor, file)
}

export function moved(files: Map<number, Moving>, descriptor: number, data: Uint8Array, direction: Moving['direction']): void {
  let file = files.get(descriptor)
  if (file === undefined) {
    if (files.size >= MAX_FILES) return
    file = opened('')
    files.set(descriptor, file)
  }
  file.direction = direction
  file.bytes += data.length
  file.hash.update(data)
}

export function closed(files: Map<number, Moving>, descriptor: number, sink: Sink): void {
  const file = files.get(descriptor)
  if (file === undefined) return
  files.delete(descriptor)
  const hash = file.bytes > 0 ? file.hash.hex() : undefined
  sink.say({ kind: 'file.moved', name: file.name, direction: file.direction, bytes: file.bytes, mime: '', hash })
}
