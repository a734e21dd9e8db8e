/** Where a place in a file is found again after the file was rotated: in it, or in one of those it was moved or copied to. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type FilePosition, holds, type OpenFile, openText } from './open-text.ts'

/** Of a folder that somebody filled. */
const MAX_ENTRIES = 10_000
const MAX_ROTATED = 64

/**
 * The file that holds the position, and behind it those that were written after it, the one at `path` last; none where no
 * file does. Names are logrotate's: `eve.json.1`, `eve.json-20260131`; compressed files are not read.
 */
export async function restOf(path: string, position: FilePosition): Promise<OpenFile[]> {
  if (position.headBytes === 0) return []
  const first = await holding(path, position)
  if (first !== undefined) return [first]
  const rotated = await rotatedOf(path)
  for (const [place, name] of rotated.entries()) {
    const found = await holding(name, position)
    if (found === undefined) continue
    const later: OpenFile[] = []
    for (const other of rotated.slice(0, place).reverse()) {
      const file = await openText(other)
      if (typeof file !== 'string') later.push(file)
    }
    return [found, ...later]
  }
  return []
}

async function holding(path: string, position: FilePosition): Promise<OpenFile | undefined> {
  const file = await openText(path)
  if (typeof file === 'string') return undefined
  if (await holds(file.handle, position).catch(() => false)) return file
  await file.handle.close()
  return undefined
}

/** What was written last comes first. */
async function rotatedOf(path: string): Promise<string[]> {
  const folder = dirname(path)
  const base = basename(path)
  const names = (await readdir(folder).catch(() => []))
    .slice(0, MAX_ENTRIES)
    .filter((name) => name.startsWith(base) && /^[.-]\d[\d.-]*$/.test(name.slice(base.length)))
  const dated: { name: string; at: number }[] = []
  for (const name of names) {
    const about = await stat(join(folder, name)).catch(() => undefined)
    if (about?.isFile()) dated.push({ name: join(folder, name), at: about.mtimeMs })
  }
  return dated
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_ROTATED)
    .map(({ name }) => name)
}
