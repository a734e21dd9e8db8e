/** The blind-spot report, worked out without a browser. */
import type { AlertSource, Coverage } from '../../api/types.ts'
import { count } from '../../ui/format.ts'

export type Row = Coverage & { readonly share: number }

/** Worst first: what is dropped, then what is not understood by bytes. */
export function worstFirst(rows: readonly Coverage[]): readonly Row[] {
  return rows
    .map((row) => ({ ...row, share: row.bytes === 0 ? 0 : Math.min(1, row.undecoded / row.bytes) }))
    .toSorted((a, b) => b.dropped - a.dropped || b.undecoded - a.undecoded || b.bytes - a.bytes || a.protocol.localeCompare(b.protocol))
}

export function totals(rows: readonly Coverage[]): {
  readonly bytes: number
  readonly undecoded: number
  readonly packets: number
  readonly dropped: number
} {
  const sum = { bytes: 0, undecoded: 0, packets: 0, dropped: 0 }
  for (const row of rows) {
    sum.bytes += row.bytes
    sum.undecoded += Math.min(row.undecoded, row.bytes)
    sum.packets += row.packets
    sum.dropped += row.dropped
  }
  return sum
}

export function verdict(rows: readonly Coverage[]): string {
  const { bytes, undecoded, dropped } = totals(rows)
  if (dropped > 0) return 'Some of what was seen had to be dropped: full tables are marked below.'
  if (bytes === 0) return 'No bytes have been read yet.'
  const share = undecoded / bytes
  if (share < 0.01) return 'Nearly every byte of the conversations is understood.'
  if (share < 0.2) return 'Most bytes are understood; the first rows say where the rest is.'
  return 'Much of the traffic is not understood: what happens inside it raises no alert.'
}

/** Why nothing comes from a place, as a sentence; undefined while it is read. */
export function troubleWords({ trouble, kind }: Pick<AlertSource, 'trouble' | 'kind'>): string | undefined {
  return trouble === null ? undefined : `This ${kind} ${trouble}.`
}

/** Events that could not be used, most frequent reason first. */
export function refusedWords(refused: Readonly<Record<string, number>>): string[] {
  return Object.entries(refused)
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([why, n]) => `${count(n)} × ${why}`)
}
