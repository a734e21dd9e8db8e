/**
 * Program transfer: sections of a program go by, message by message, each under its own name. Their bytes are hashed as they
 * pass and held until the section has passed whole; then they are told with it.
 */
import { type ProgramContent, toBase64 } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import type { Hash } from './hash/block-hash.ts'
import { newSha256 } from './hash/lent.ts'
import { sectionsAtWork } from './mime/content-room.ts'
import { type Content, HoldingRoom, type RoomBounds } from './mime/holding-room.ts'
import type { Sink } from './protocol.ts'

/** Bytes held of one section, and of all that are on their way: protects memory against sections without end. */
const SECTION_BOUNDS: RoomBounds = { perFile: 1 << 20, total: 16 << 20 }

export const newSectionRoom = (): HoldingRoom => new HoldingRoom(SECTION_BOUNDS)

/** What can be said of moved bytes; `hash` and `content` only of such as were seen whole. */
export type Moved = { readonly bytes: number; readonly hash: string | undefined; readonly content: ProgramContent | undefined }

/** Bytes of a program on their way. */
export class MovingBytes {
  bytes = 0
  readonly #hash: Hash = newSha256()
  readonly #room = sectionsAtWork() ?? newSectionRoom()
  readonly #from: Side
  readonly #missingBefore: number
  #content: Content | undefined = undefined
  #isWhole = true

  /** @param from whose bytes they are */
  constructor(from: Side, sink: Sink) {
    this.#from = from
    this.#missingBefore = sink.missing(from)
  }

  update(data: Uint8Array): this {
    this.bytes += data.length
    this.#hash.update(data)
    this.#room.add((this.#content ??= this.#room.open()), data)
    return this
  }

  /** A part of it may not have been seen. */
  lost(): this {
    this.#isWhole = false
    return this
  }

  /** @param isWhole whether the content itself says that it is: what the capture lacks was then something else */
  end(sink: Sink, isWhole: (content: Uint8Array) => boolean = () => false): Moved {
    if (sink.missing(this.#from) > this.#missingBefore) this.lost()
    const held = this.#content?.why === '' ? this.#content.joined() : undefined
    if (this.#content !== undefined) this.#room.drop(this.#content)
    const isSure = this.#isWhole || (held !== undefined && isWhole(held))
    const hash = isSure && this.bytes > 0 ? this.#hash.hex() : undefined
    const content = hash === undefined || held === undefined ? undefined : { hash, base64: toBase64(held) }
    return { bytes: this.bytes, hash, content }
  }
}

/** The section that is on its way. */
export type Section = {
  readonly kind: 'program.uploaded' | 'program.downloaded'
  readonly name: string
  readonly type: string
  readonly moving: MovingBytes
  ok: boolean | undefined
}

/** Takes a part; a section is told once the next begins. @param isStart false where the part says that others go before it */
export function take(
  before: Section | undefined,
  kind: Section['kind'],
  name: string,
  type: string,
  data: Uint8Array,
  ok: boolean | undefined,
  sink: Sink,
  isStart = true,
): Section {
  let section = before
  if (section === undefined || section.kind !== kind || section.name !== name) {
    if (section !== undefined) tell(section, sink)
    section = { kind, name, type, moving: new MovingBytes(sideOf(kind), sink), ok }
    if (!isStart) section.moving.lost()
  }
  section.moving.update(data)
  if (ok === false) section.ok = false
  return section
}

/** Who sends the bytes of it. */
export const sideOf = (kind: Section['kind']): Side => (kind === 'program.downloaded' ? 'client' : 'server')

export function tell({ kind, name, type, moving, ok }: Section, sink: Sink): void {
  sink.say({ kind, section: name, sectionType: type, ...moving.end(sink), user: undefined, ok })
}

/** What an edit puts in, in one message: not the section that it edits, so that it is no hash of one. */
export function edited(section: string, sectionType: string, data: Uint8Array, ok: boolean | undefined, sink: Sink): void {
  const { bytes, content } = new MovingBytes('client', sink).update(data).end(sink)
  sink.say({ kind: 'program.edited', section, sectionType, bytes, hash: undefined, content, user: undefined, ok })
}
