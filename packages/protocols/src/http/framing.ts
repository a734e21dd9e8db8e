/** Where one side of a conversation stands: within a head, a body of known length, chunks, or a body up to the end. */

import { textBytes } from '../byte-text.ts'
import { inflate } from '../mime/inflate.ts'
import { Mail, type Part } from '../mime/mail.ts'
import { PassingFile } from '../mime/passing-file.ts'
import { field, type Head } from './head.ts'

export type Mode = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'late-fields' | 'to-close' | 'tunnel'

/** Compressed bytes kept until the body is whole, and what they may grow to: bounds memory and time against bombs. */
const MAX_COMPRESSED = 1 << 20
const MAX_INFLATED = 16 << 20
/** Parts of one body that are told of. */
const MAX_PARTS = 64
const NO_PARTS: readonly Part[] = []

export class Way {
  mode: Mode = 'head'
  /** Bytes of the body or chunk still to come. */
  left = 0
  /** The head of the message at hand. */
  head: Head | undefined = undefined
  file: PassingFile | undefined = undefined
  /** The file's length as announced; undefined for chunks and bodies up to the end. */
  announced: number | undefined = undefined
  /** Parts of a multipart body. */
  parts: Part[] | undefined = undefined
  /** Those of them that the last piece of the body brought content for. */
  touched: readonly Part[] = NO_PARTS
  /** What of the body was seen before bytes that nobody acknowledged: Zeek reads no further. */
  cut: { readonly bytes: number; readonly missing: number; readonly length: number } | undefined = undefined
  #mail: Mail | undefined = undefined
  /** Pieces of a compressed body; undefined when it is not compressed or too long to open. */
  #compressed: Uint8Array[] | undefined = undefined
  #compressedBytes = 0

  /** Prepares for what follows a head; `isOpen`: without a length the body ends with the connection. */
  opens(head: Head, hasNoBody: boolean, isOpen = head.kind === 'response'): void {
    this.head = head
    this.file = undefined
    this.announced = undefined
    this.parts = this.#mail = undefined
    this.cut = undefined
    this.touched = NO_PARTS
    if (hasNoBody) return
    const length = contentLength(head)
    if (/\bchunked\b/i.test(field(head, 'transfer-encoding') ?? '')) this.mode = 'chunk-size'
    else if (length !== undefined) {
      this.left = length
      this.mode = length > 0 ? 'body' : 'head'
      this.announced = length
    } else if (isOpen) this.mode = 'to-close'
    if (this.mode === 'head') return
    this.file = new PassingFile()
    this.#mail = splits(head)
    if (this.#mail !== undefined) {
      this.parts = []
      // Its parts are the files: what they are wrapped in is counted only.
      this.file.lost(0)
    }
    this.#compressed = /^(?:x-)?(?:gzip|deflate)$/i.test(field(head, 'content-encoding')?.trim() ?? '') ? [] : undefined
    this.#compressedBytes = 0
    // What is announced is the length before unpacking.
    if (this.#compressed !== undefined) this.announced = undefined
  }

  /** Takes body bytes; true when the body is whole. */
  takes(data: Uint8Array): boolean {
    if (this.#compressed === undefined) this.#passes(data)
    else this.#hold(data)
    return this.#advance(data.length)
  }

  /** The body is whole, or nothing more of it will come. */
  closes(): PassingFile | undefined {
    const pieces = this.#compressed
    this.#compressed = undefined
    if (pieces !== undefined && pieces.length > 0) {
      const { file } = this
      const whole = inflate(joined(pieces, this.#compressedBytes), MAX_INFLATED, (piece) => this.#passes(piece))
      if (!whole) file?.lost(0)
    }
    this.#mail?.end()
    this.#split()
    return this.file
  }

  /** Length of the body: a multipart one ends with its last boundary. */
  get bodyLength(): number {
    return this.#mail?.closedAt ?? (this.file === undefined ? 0 : this.file.bytes + this.file.missing)
  }

  #passes(data: Uint8Array): void {
    this.file?.update(data)
    if (this.#mail === undefined) return
    this.#mail.chunk(data)
    this.#split()
  }

  #split(): void {
    if (this.#mail === undefined) return
    const touched: Part[] = []
    for (const { kind, part } of this.#mail.take()) {
      if (kind === 'begin' && part.number > 1 && this.parts!.length < MAX_PARTS) this.parts!.push(part)
      else if (kind === 'content') touched.push(part)
    }
    if (touched.length > 0) this.touched = touched
  }

  /** A body with a hole cannot be opened further: it stays as it is. */
  #unpack(): void {
    for (const piece of this.#compressed ?? []) this.#passes(piece)
    this.#compressed = undefined
  }

  #hold(data: Uint8Array): void {
    const pieces = this.#compressed!
    pieces.push(data.slice())
    this.#compressedBytes += data.length
    if (this.#compressedBytes <= MAX_COMPRESSED) return
    this.#unpack()
  }

  /** Bytes the capture lacks, of which the receiver took the first `taken`; false when they reach beyond the body. */
  lost(length: number, taken: number): boolean {
    if (this.mode === 'tunnel') return true
    const { file } = this
    if (taken < length && file !== undefined)
      this.cut ??= { bytes: file.bytes, missing: file.missing + taken, length: this.bodyLength + taken }
    if (this.mode !== 'to-close' && ((this.mode !== 'body' && this.mode !== 'chunk') || length >= this.left)) return false
    this.#unpack()
    this.file?.lost(length)
    this.#mail?.lost(length)
    this.#advance(length)
    return true
  }

  /** RFC 9112 §7.1: a line with the chunk's length in hex. */
  chunkSize(line: string): void {
    const size = Number.parseInt(/^[ \t]*([0-9a-fA-F]{1,8})/.exec(line)?.[1] ?? '0', 16)
    this.left = size
    this.mode = size > 0 ? 'chunk' : 'trailer'
  }

  #advance(length: number): boolean {
    if (this.mode === 'to-close' || this.mode === 'tunnel') return false
    this.left -= length
    if (this.left > 0) return false
    const whole = this.mode === 'body'
    this.mode = whole ? 'head' : 'chunk-end'
    return whole
  }
}

/** A body of several parts (RFC 2046 §5.1); ranges of one file (RFC 9110 §14.6) stay one. */
function splits(head: Head): Mail | undefined {
  const type = field(head, 'content-type') ?? ''
  if (head.status === 206 || !/^multipart\/.*\bboundary=/i.test(type)) return undefined
  const mail = new Mail()
  mail.line(textBytes(`Content-Type: ${type}`))
  mail.line(textBytes(''))
  mail.take()
  return mail
}

function contentLength(head: Head): number | undefined {
  const text = field(head, 'content-length')
  if (text === undefined || !/^\d{1,15}$/.test(text.trim())) return undefined
  return Number(text)
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
