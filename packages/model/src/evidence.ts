/** Evidence of something that was seen several times: a few pieces stand for all. */
import type { Evidence } from './endpoint.ts'

/** Each place once; of more than `most`, the first half, which shows how it began, and the last, how it stands. */
export function joinEvidence(a: readonly Evidence[], b: readonly Evidence[], most: number): readonly Evidence[] {
  const all = a.slice()
  for (const piece of b) if (!all.some((known) => isSamePlace(known, piece))) all.push(piece)
  if (all.length <= most) return all.length === a.length ? a : all
  const half = most >> 1
  all.splice(half, all.length - most)
  return all
}

function isSamePlace(a: Evidence, b: Evidence): boolean {
  return a.packets[0] === b.packets[0] && a.packets[1] === b.packets[1] && a.bytes[0] === b.bytes[0] && a.capture === b.capture
}
