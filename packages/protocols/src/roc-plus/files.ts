/** Files on their way through opcode 203: opened by name, moved by descriptor. */
import { PassingFile } from '../mime/passing-file.ts'
import { sayFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'

/** Open files of a conversation; devices allow a few. */
const MAX_FILES = 16

export type Moving = { readonly name: string; direction: 'to-server' | 'to-client' | 'unknown'; readonly file: PassingFile }

export function opened(name: string): Moving {
  return { name, direction: 'unknown', file: new PassingFile() }
}

/** The device has given the file a descriptor. */
export function described(files: Map<number, Moving>, descriptor: number, file: Moving, sink: Sink): void {
  closed(files, descriptor, sink)
  if (files.size >= MAX_FILES) closed(files, files.keys().next().value!, sink)
  files.set(descriptor, file)
}

export function moved(files: Map<number, Moving>, descriptor: number, data: Uint8Array, direction: Moving['direction']): void {
  let moving = files.get(descriptor)
  if (moving === undefined) {
    if (files.size >= MAX_FILES) return
    moving = opened('')
    files.set(descriptor, moving)
  }
  moving.direction = direction
  moving.file.update(data)
}

export function closed(files: Map<number, Moving>, descriptor: number, sink: Sink): void {
  const moving = files.get(descriptor)
  if (moving === undefined) return
  files.delete(descriptor)
  sayFile(moving, sink)
}
