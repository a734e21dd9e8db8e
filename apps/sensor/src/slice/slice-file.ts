/**
 * A slice as a file: pcapng (draft-ietf-opsawg-pcapng §4.1 section header, §4.2 interface, §4.3 enhanced packet), one interface a
 * capture and link type, times in microseconds. What the packets are the evidence of is JSON in comments of the section header,
 * in pieces, because an option holds at most 65,535 bytes; any reader of captures shows or passes over them.
 */
import type { Micros } from '@isthmus/model'
import { CaptureReader, type Problem } from '@isthmus/wire'
import { openCapture } from '../open-capture.ts'

export type SliceFrame = {
  /** Place of its capture in the slice's list. */
  readonly capture: number
  readonly bytes: Uint8Array
  readonly at: Micros
  readonly wireLength: number
  readonly linkType: number
  /** Shown by Wireshark beside the packet. */
  readonly comment?: string | undefined
}

/** In front of each piece of the JSON: `isthmus.evidence/1 2/3 `. */
const MARK = /^isthmus\.evidence\/1 (\d+)\/(\d+) /
const PIECE = 60_000
/** A manifest that claims more is no manifest of ours. */
const MAX_MANIFEST = 32 << 20
/** Nor is a slice what holds more than this: it has room for far less, and a packed file may be of any size. */
const MAX_PACKETS = 400_000
const MAX_BYTES = 128e6
const COMMENT = 1
const APPLICATION = 4
const NAME = 2
const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const ENHANCED = 6

/** @param title in words, for whoever opens the file elsewhere */
export function sliceBytes(title: string, manifest: unknown, captures: readonly string[], frames: readonly SliceFrame[]): Buffer {
  const json = ascii(JSON.stringify(manifest))
  const pieces = Math.ceil(json.length / PIECE)
  const section = Buffer.alloc(16)
  section.writeUInt32LE(0x1a2b3c4d, 0)
  section.writeUInt16LE(1, 4)
  // The length of the section is not stated: -1.
  section.fill(0xff, 8)
  const options = [option(COMMENT, title.slice(0, 1000)), option(APPLICATION, 'isthmus')]
  for (let i = 0; i < pieces; i++)
    options.push(option(COMMENT, `isthmus.evidence/1 ${i + 1}/${pieces} ${json.slice(i * PIECE, (i + 1) * PIECE)}`))
  const blocks = [block(SECTION, Buffer.concat([section, ...options, END]))]
  const interfaces = new Map<string, number>()
  for (const { capture, linkType } of frames) {
    const key = `${capture}:${linkType}`
    if (interfaces.has(key)) continue
    interfaces.set(key, interfaces.size)
    const body = Buffer.alloc(8)
    body.writeUInt16LE(linkType, 0)
    blocks.push(block(INTERFACE, Buffer.concat([body, option(NAME, (captures[capture] ?? '').slice(0, 1000)), END])))
  }
  for (const frame of frames) blocks.push(packet(frame, interfaces.get(`${frame.capture}:${frame.linkType}`)!))
  return Buffer.concat(blocks)
}

export type Slice = {
  readonly frames: readonly SliceFrame[]
  /** Undefined where the file is no slice of ours. */
  readonly manifest: unknown
  readonly problems: readonly Problem[]
}

/** Packets come in the order of the file; their place in the list of captures is for whoever reads the manifest. */
export async function readSlice(path: string): Promise<Slice> {
  const frames: SliceFrame[] = []
  let held = 0
  const reader = new CaptureReader({
    frame(bytes, at, end, wireLength, atUs, linkType) {
      held += end - at
      if (!isTooLarge()) frames.push({ capture: 0, bytes: bytes.slice(at, end), at: atUs, wireLength, linkType })
    },
  })
  const isTooLarge = () => frames.length >= MAX_PACKETS || held > MAX_BYTES
  const { chunks, problems } = await openCapture(path)
  let head = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head.length < MAX_MANIFEST) head = Buffer.concat([head, chunk.subarray(0, MAX_MANIFEST - head.length)])
    if (!reader.push(chunk)) break
    if (isTooLarge()) return { frames: [], manifest: undefined, problems: [{ offset: 0, reason: 'larger than any slice' }] }
  }
  if (problems.length === 0) reader.finish()
  return { frames, manifest: manifestIn(head), problems: [...problems, ...reader.problems] }
}

/** The JSON of the section header's comments; undefined for anything else. */
export function manifestIn(head: Buffer): unknown {
  if (head.length < 28 || head.readUInt32LE(0) !== SECTION || head.readUInt32LE(8) !== 0x1a2b3c4d) return undefined
  const end = Math.min(head.length, head.readUInt32LE(4)) - 4
  const pieces: string[] = []
  let wanted = 0
  for (let at = 24; at + 4 <= end; ) {
    const code = head.readUInt16LE(at)
    const length = head.readUInt16LE(at + 2)
    if (code === 0 || at + 4 + length > end) break
    const text = code === COMMENT ? head.toString('utf8', at + 4, at + 4 + length) : ''
    const mark = MARK.exec(text)
    if (mark !== null) {
      wanted = Number(mark[2])
      if (Number(mark[1]) === pieces.length + 1) pieces.push(text.slice(mark[0].length))
    }
    at += 4 + ((length + 3) & ~3)
  }
  if (wanted === 0 || pieces.length !== wanted) return undefined
  try {
    return JSON.parse(pieces.join(''))
  } catch {
    return undefined
  }
}

const END = Buffer.alloc(4)

function option(code: number, text: string): Buffer {
  const value = Buffer.from(text, 'utf8')
  const out = Buffer.alloc(4 + ((value.length + 3) & ~3))
  out.writeUInt16LE(code, 0)
  out.writeUInt16LE(value.length, 2)
  value.copy(out, 4)
  return out
}

function block(type: number, body: Buffer): Buffer {
  const total = 12 + ((body.length + 3) & ~3)
  const out = Buffer.alloc(total)
  out.writeUInt32LE(type, 0)
  out.writeUInt32LE(total, 4)
  body.copy(out, 8)
  out.writeUInt32LE(total, total - 4)
  return out
}

function packet({ bytes, at, wireLength, comment }: SliceFrame, on: number): Buffer {
  const padded = (bytes.length + 3) & ~3
  const options = comment === undefined ? undefined : Buffer.concat([option(COMMENT, comment.slice(0, 1000)), END])
  const body = Buffer.alloc(20 + padded + (options?.length ?? 0))
  body.writeUInt32LE(on, 0)
  body.writeUInt32LE(Math.floor(at / 2 ** 32), 4)
  body.writeUInt32LE(at % 2 ** 32, 8)
  body.writeUInt32LE(bytes.length, 12)
  body.writeUInt32LE(wireLength, 16)
  body.set(bytes, 20)
  options?.copy(body, 20 + padded)
  return block(ENHANCED, body)
}

/** One byte a character, so that pieces may be cut anywhere. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
