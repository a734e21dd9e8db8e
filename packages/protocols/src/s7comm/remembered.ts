/** Addresses of questions that are answered again and again, by number: bounded, whatever a conversation asks for. */
import type { Item } from './items.ts'

/** Questions remembered in one conversation, and addresses of all of them together: far more than an operator panel shows. */
const MAX_QUESTIONS = 64
const MAX_ADDRESSES = 4096

/** What was put longest ago is forgotten first. */
export function remember<T extends { readonly items: readonly Item[] }>(known: Map<number, T>, sequence: number, question: T): void {
  known.delete(sequence)
  known.set(sequence, question)
  let held = 0
  for (const { items } of known.values()) held += addressesOf(items)
  for (const [oldest, { items }] of known) {
    if (known.size <= MAX_QUESTIONS && held <= MAX_ADDRESSES) return
    known.delete(oldest)
    held -= addressesOf(items)
  }
}

function addressesOf(items: readonly Item[]): number {
  return items.reduce((sum, { parts }) => sum + 1 + parts.length, 0)
}
