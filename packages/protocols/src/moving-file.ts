/** Files that a protocol moves: how one is told, and those that come part by part, one at a time. */
import type { FileMoved } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { readable } from './byte-text.ts'
import type { Part } from './mime/mail.ts'
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
  sayFile({ name, direction, file }, sink)
}

/** Of a file whose content is not followed. */
export const UNSEEN_FILE = {
  bytes: 0,
  mime: '',
  hash: undefined,
  md5: undefined,
  sha1: undefined,
  whole: false,
  scanned: 0,
  matches: [],
} as const

export type MovedFile = {
  readonly name: string
  readonly direction: FileMoved['direction']
  readonly file: PassingFile
  /** Who asked for the move; the client unless told. */
  readonly asker?: Side | undefined
  /** What people do not call a file (a page, a letter's text) is told of only when it matches a pattern of known malware. */
  readonly isPlain?: boolean
}

/** Says that a file has passed; nothing when it has no content. */
export function sayFile({ name, direction, file, asker, isPlain = false }: MovedFile, sink: Sink): void {
  const { bytes } = file
  if (bytes === 0) return
  const { sha256: hash, md5, sha1, whole, scanned, matches, failed } = file.end()
  // Of a hole in the capture the file itself tells.
  if (failed !== '' && whole) sink.anomaly('platform.not-scanned', `${name}: ${failed}`)
  if (isPlain && matches.length === 0) return
  const moved = { kind: 'file.moved', name, direction, bytes, mime: file.type ?? '', hash, md5, sha1, whole, scanned, matches } as const
  if (asker === undefined) sink.say(moved)
  else sink.sayFrom(asker, moved)
}

/** A part of a message or form. Text without a name is what people write to each other. */
export function sayPart({ name, file }: Part, direction: FileMoved['direction'], sink: Sink): void {
  sayFile({ name: readable(name ?? ''), direction, file, isPlain: name === undefined }, sink)
}
