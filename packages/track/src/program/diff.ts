/** What differs between two contents of a section: of text by line, of anything else by byte, with the part of the block it is in. */
import type { ContentPart } from '@isthmus/model'
import { type Alignment, align, type Stretch } from './align.ts'
import { linesOf } from './text.ts'

export type ByteChange = {
  /** Offset in the earlier and in the later content. */
  readonly at: number
  readonly newAt: number
  readonly length: number
  readonly newLength: number
  /** Hex, two digits a byte; cut after `SHOWN_BYTES`. `lead` and `trail` are equal in both. */
  readonly removed: string
  readonly added: string
  readonly lead: string
  readonly trail: string
  /** Which part of the block it is in; empty where its structure is not known. */
  readonly part: string
}

export type LineChange = {
  /** Number of the first line, from 1. */
  readonly at: number
  readonly newAt: number
  readonly length: number
  readonly newLength: number
  readonly removed: readonly string[]
  readonly added: readonly string[]
  readonly lead: readonly string[]
  readonly trail: readonly string[]
}

type Common = {
  readonly bytes: number
  readonly newBytes: number
  /** Differing bytes or lines: of each change the longer side. */
  readonly differing: number
  /** Changes in all, listed or not. */
  readonly places: number
  /** A change may hold more than what differs: comparing had to stay within bounds. */
  readonly isCoarse: boolean
}
export type ProgramDiff =
  | (Common & { readonly form: 'text'; readonly changes: readonly LineChange[] })
  | (Common & {
      readonly form: 'binary'
      readonly changes: readonly ByteChange[]
      /** Differing bytes by part of the block, with the first offset; empty where its structure is not known. */
      readonly parts: readonly { readonly part: string; readonly bytes: number; readonly at: number }[]
    })

/** Bytes, and lines or bytes of context, that one change shows; changes that are listed. */
const SHOWN_BYTES = 256
const SHOWN_LINES = 40
const SHOWN_COLUMNS = 400
const CONTEXT_BYTES = 8
const CONTEXT_LINES = 2
const MAX_CHANGES = 200
/** Pieces by which what is unchanged is found again. */
const ANCHOR_BYTES = 16

/** @param partsOf the structure of a content, where it is known: ranges in order, without overlap */
export function diffContents(
  before: Uint8Array,
  after: Uint8Array,
  partsOf: (content: Uint8Array) => readonly ContentPart[] = () => [],
): ProgramDiff {
  const lines = linesOf(before)
  const newLines = lines === undefined ? undefined : linesOf(after)
  const sizes = { bytes: before.length, newBytes: after.length }
  if (lines !== undefined && newLines !== undefined && lines.length + newLines.length > 0) return diffLines(lines, newLines, sizes)
  const aligned = align(before, after, ANCHOR_BYTES)
  const parts = partsOf(before)
  const newParts = partsOf(after)
  const stretches = aligned.stretches.flatMap((stretch) => cutAtParts(stretch, parts, newParts))
  const partOf = ({ at, newAt, newLength }: Stretch): string => (newLength > 0 ? nameAt(newParts, newAt) : nameAt(parts, at))
  return {
    form: 'binary',
    ...sizes,
    ...totals({ ...aligned, stretches }),
    changes: stretches.slice(0, MAX_CHANGES).map((stretch) => ({
      ...stretch,
      removed: hex(before, stretch.at, Math.min(stretch.length, SHOWN_BYTES)),
      added: hex(after, stretch.newAt, Math.min(stretch.newLength, SHOWN_BYTES)),
      lead: hex(before, Math.max(0, stretch.at - CONTEXT_BYTES), Math.min(stretch.at, CONTEXT_BYTES)),
      trail: hex(before, stretch.at + stretch.length, CONTEXT_BYTES),
      part: partOf(stretch),
    })),
    parts: parts.length + newParts.length === 0 ? [] : byPart(stretches, partOf),
  }
}

function diffLines(lines: readonly string[], newLines: readonly string[], sizes: Pick<Common, 'bytes' | 'newBytes'>): ProgramDiff {
  const ids = new Map<string, number>()
  const idsOf = (all: readonly string[]) =>
    Int32Array.from(all, (line) => {
      const known = ids.get(line) ?? ids.size
      ids.set(line, known)
      return known
    })
  const aligned = align(idsOf(lines), idsOf(newLines), 1)
  const shown = (all: readonly string[], from: number, to: number) =>
    all.slice(Math.max(0, from), to).map((line) => line.slice(0, SHOWN_COLUMNS))
  return {
    form: 'text',
    ...sizes,
    ...totals(aligned),
    changes: aligned.stretches.slice(0, MAX_CHANGES).map(({ at, length, newAt, newLength }) => ({
      at: at + 1,
      newAt: newAt + 1,
      length,
      newLength,
      removed: shown(lines, at, at + Math.min(length, SHOWN_LINES)),
      added: shown(newLines, newAt, newAt + Math.min(newLength, SHOWN_LINES)),
      lead: shown(lines, at - CONTEXT_LINES, at),
      trail: shown(lines, at + length, at + length + CONTEXT_LINES),
    })),
  }
}

function totals({ stretches, isCoarse }: Alignment): Pick<Common, 'differing' | 'places' | 'isCoarse'> {
  return { differing: stretches.reduce((sum, one) => sum + longer(one), 0), places: stretches.length, isCoarse }
}

const longer = ({ length, newLength }: Stretch): number => Math.max(length, newLength)

function byPart(stretches: readonly Stretch[], partOf: (stretch: Stretch) => string): { part: string; bytes: number; at: number }[] {
  const sums = new Map<string, { part: string; bytes: number; at: number }>()
  for (const stretch of stretches) {
    const part = partOf(stretch)
    const known = sums.get(part)
    if (known === undefined) sums.set(part, { part, bytes: longer(stretch), at: stretch.newAt })
    else known.bytes += longer(stretch)
  }
  return [...sums.values()]
}

/** A change in place that reaches over the border of two parts becomes one of each. */
function cutAtParts(stretch: Stretch, parts: readonly ContentPart[], newParts: readonly ContentPart[]): Stretch[] {
  const { at, length, newAt, newLength } = stretch
  if (length !== newLength) return [stretch]
  const borders = newParts.map((part) => part.at).filter((border) => border > newAt && border < newAt + newLength)
  const isSame = borders.every((border) => nameAt(parts, border - newAt + at) === nameAt(newParts, border))
  if (!isSame) return [stretch]
  const edges = [newAt, ...borders, newAt + newLength]
  return edges.slice(1).map((edge, i) => {
    const size = edge - edges[i]!
    return { at: at + edges[i]! - newAt, length: size, newAt: edges[i]!, newLength: size }
  })
}

function nameAt(parts: readonly ContentPart[], at: number): string {
  return parts.find((part) => at >= part.at && at < part.at + part.length)?.name ?? ''
}

function hex(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = at; i < Math.min(at + length, bytes.length); i++) text += bytes[i]!.toString(16).padStart(2, '0')
  return text
}
