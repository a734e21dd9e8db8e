/** Files that a protocol moves part by part, one at a time: told when the next begins or the conversation ends. */
import type { FileMoved } from '@isthmus/model'
import { PassingFile } from './mime/passing-file.ts'
import type { Sink } from './protocol.ts'

export type MovingFile = { readonly name: string; readonly direction: FileMoved['direction']; readonly file: PassingFile }

/** Takes a part; another name or direction, or a part from the start again, is another file. */
export function movePart(
  before: MovingFile | undefined,
  name: string,
  direction: FileMoved['direction'],
  data: Uint8Array,
  isStart: boolean,
  sink: Sink,
): MovingFile {
  let moving = before
  if (moving === undefined || moving.name !== name || moving.direction !== direction || (isStart && moving.file.bytes > 0)) {
    if (moving !== undefined) tellFile(moving, sink)
    moving = { name, direction, file: new PassingFile() }
  }
  moving.file.update(data)
  return moving
}

export function tellFile({ name, direction, file }: MovingFile, sink: Sink): void {
  if (file.bytes === 0) return
  sink.say({ kind: 'file.moved', name, direction, bytes: file.bytes, mime: file.type ?? '', hash: file.hash() })
}
