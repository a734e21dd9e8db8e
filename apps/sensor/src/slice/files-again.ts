/** What was found in files when they passed, again: a slice has their content, and need not have the patterns. */
import { createHash } from 'node:crypto'
import type { ScanFile } from '@isthmus/protocols'

/** @param matched patterns by the SHA-256 of the file; undefined where none is known */
export function filesAgain(
  matched: readonly (readonly [of: string, names: readonly string[], hash?: string | null])[],
): ScanFile | undefined {
  const byHash = new Map(matched.flatMap(([, names, hash]) => (typeof hash === 'string' ? [[hash, names] as const] : [])))
  if (byHash.size === 0) return undefined
  return (content) => ({ matches: byHash.get(createHash('sha256').update(content).digest('hex')) ?? [], failed: '' })
}
