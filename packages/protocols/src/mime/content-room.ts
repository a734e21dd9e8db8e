/**
 * Room for the content of files on their way, kept only for whoever wants to look into it once the file has passed (`scan`).
 * The pipeline at work says whose room it is: frames are handled one after the other, so that two pipelines do not mix.
 */
import { type Content, HoldingRoom, type RoomBounds } from './holding-room.ts'

/** Looks into a file's content; `failed` says why it could not, empty when it could. Must return within a bounded time. */
export type ScanFile = (content: Uint8Array) => { readonly matches: readonly string[]; readonly failed: string }
/** `scanned` counts the bytes that were looked into, from the file's start. */
export type Verdict = { readonly scanned: number; readonly matches: readonly string[]; readonly failed: string }

export type ContentBounds = RoomBounds
const CONTENT_BOUNDS: ContentBounds = { perFile: 16 << 20, total: 64 << 20 }

/** Verdicts remembered by SHA-256: what is fetched again and again is looked into once. */
const MAX_REMEMBERED = 4096
const MAX_MATCHES = 32
const MAX_NAME = 128

export class ContentRoom extends HoldingRoom {
  readonly #scan: ScanFile
  readonly #remembered = new Map<string, Verdict>()

  constructor(scan: ScanFile, bounds: ContentBounds = CONTENT_BOUNDS) {
    super(bounds)
    this.#scan = scan
  }

  /** @param hash of the whole file, where it is known: equal files have equal verdicts */
  close(content: Content, hash: string | undefined): Verdict {
    const known = hash === undefined ? undefined : this.#remembered.get(hash)
    const { bytes, why } = content
    const whole = known === undefined && bytes > 0 ? content.joined() : undefined
    this.drop(content)
    if (known !== undefined) return known
    if (whole === undefined) return { scanned: 0, matches: [], failed: why }
    const { matches, failed } = this.#scan(whole)
    const names = matches.slice(0, MAX_MATCHES).map((name) => name.slice(0, MAX_NAME))
    const verdict: Verdict = failed === '' ? { scanned: bytes, matches: names, failed: why } : { scanned: 0, matches: names, failed }
    if (hash !== undefined && failed === '') {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!)
      this.#remembered.set(hash, verdict)
    }
    return verdict
  }
}

let atWork: ContentRoom | undefined
let sections: HoldingRoom | undefined

/** The rooms of the pipeline whose turn it is: for files, and for sections of programs. */
export function workIn(files: ContentRoom | undefined, programs: HoldingRoom): void {
  atWork = files
  sections = programs
}

export function sectionsAtWork(): HoldingRoom | undefined {
  return sections
}

export function roomAtWork(): ContentRoom | undefined {
  return atWork
}
