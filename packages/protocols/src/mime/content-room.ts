/**
 * Room for the content of files on their way, kept only for whoever wants to look into it once the file has passed (`scan`).
 * The pipeline at work says whose room it is: frames are handled one after the other, so that two pipelines do not mix.
 */

/** Looks into a file's content; `failed` says why it could not, empty when it could. Must return within a bounded time. */
export type ScanFile = (content: Uint8Array) => { readonly matches: readonly string[]; readonly failed: string }
/** `scanned` counts the bytes that were looked into, from the file's start. */
export type Verdict = { readonly scanned: number; readonly matches: readonly string[]; readonly failed: string }

/** Bytes kept of one file, and of all files on their way. */
export type ContentBounds = { readonly perFile: number; readonly total: number }
export const CONTENT_BOUNDS: ContentBounds = { perFile: 16 << 20, total: 64 << 20 }

/** Verdicts remembered by SHA-256: what is fetched again and again is looked into once. */
const MAX_REMEMBERED = 4096
const MAX_MATCHES = 32
const MAX_NAME = 128

export class ContentRoom {
  readonly #scan: ScanFile
  readonly #bounds: ContentBounds
  /** In the order in which they began. */
  readonly #kept = new Set<Content>()
  readonly #remembered = new Map<string, Verdict>()
  #held = 0

  constructor(scan: ScanFile, bounds: ContentBounds = CONTENT_BOUNDS) {
    this.#scan = scan
    this.#bounds = bounds
  }

  open(): Content {
    const content = new Content()
    this.#kept.add(content)
    return content
  }

  add(content: Content, data: Uint8Array): void {
    const room = this.#bounds.perFile - content.bytes
    if (content.why !== '' || data.length === 0) return
    if (room <= 0) return content.stop(`longer than ${this.#bounds.perFile} bytes`)
    const taken = Math.min(room, data.length)
    content.pieces.push(data.slice(0, taken))
    content.bytes += taken
    this.#held += taken
    if (taken < data.length) content.stop(`longer than ${this.#bounds.perFile} bytes`)
    // The oldest go: what was begun and never ended does not take the room of what follows.
    for (const oldest of this.#kept) {
      if (this.#held <= this.#bounds.total) return
      this.#drop(oldest)
      oldest.stop('too many files at once')
    }
  }

  /** @param hash of the whole file, where it is known: equal files have equal verdicts */
  close(content: Content, hash: string | undefined): Verdict {
    const known = hash === undefined ? undefined : this.#remembered.get(hash)
    const { pieces, bytes, why } = content
    this.#drop(content)
    if (known !== undefined) return known
    if (bytes === 0) return { scanned: 0, matches: [], failed: why }
    const { matches, failed } = this.#scan(joined(pieces, bytes))
    const names = matches.slice(0, MAX_MATCHES).map((name) => name.slice(0, MAX_NAME))
    const verdict: Verdict = failed === '' ? { scanned: bytes, matches: names, failed: why } : { scanned: 0, matches: names, failed }
    if (hash !== undefined && failed === '') {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!)
      this.#remembered.set(hash, verdict)
    }
    return verdict
  }

  #drop(content: Content): void {
    this.#kept.delete(content)
    this.#held -= content.bytes
    content.pieces = []
    content.bytes = 0
  }
}

export class Content {
  pieces: Uint8Array[] = []
  bytes = 0
  /** Why it is not kept on; empty while it is. */
  why = ''

  stop(why: string): void {
    if (this.why === '') this.why = why
  }
}

let atWork: ContentRoom | undefined

/** The room of the pipeline whose turn it is. */
export function workIn(room: ContentRoom | undefined): void {
  atWork = room
}

export function roomAtWork(): ContentRoom | undefined {
  return atWork
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
