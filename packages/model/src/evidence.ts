/** Evidence of something that was seen several times: a few pieces stand for all. */
import type { Evidence } from './endpoint.ts'

/** Each place once; of more than `most`, the first half, which shows how it began, and the last, how it stands. */
export function joinEvidence(a: readonly Evidence[], b: readonly Evidence[], most: number): readonly Evidence[] {
  const all = a.slice()
  addEvidence(all, b, most)
  return all
}

/** As `joinEvidence`, in place. */
export function addEvidence(known: Evidence[], more: readonly Evidence[], most: number): void {
  for (const piece of more) if (!isAmong(known, piece)) known.push(piece)
  if (known.length > most) known.splice(most >> 1, known.length - most)
}

function isAmong(known: readonly Evidence[], piece: Evidence): boolean {
  for (let i = 0; i < known.length; i++) if (isSamePlace(known[i]!, piece)) return true
  return false
}

function isSamePlace(a: Evidence, b: Evidence): boolean {
  return a.packets[0] === b.packets[0] && a.packets[1] === b.packets[1] && a.bytes[0] === b.bytes[0] && a.capture === b.capture
}
