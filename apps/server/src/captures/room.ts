/** How much more the captures folder takes: people's files must not take the database's disk with them. */
import { readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaptureRoom } from '../services.ts'

/** Files that are still coming in; the next part is random. */
export const INCOMING = 'incoming-'

/** Bytes a compressed capture of this size may unpack to: beyond any packet capture, well below a bomb. */
export const unpackLimit = (bytes: number, max: number): number => Math.min(max, 64 * bytes + 1e9)

export type Room = { readonly bytes: number; readonly why: string }

/** Bytes that may still come, and what is in the way of more. */
export async function roomLeft({ folder, maxTotalBytes, minFreeBytes }: CaptureRoom): Promise<Room> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize - minFreeBytes
  const quota = maxTotalBytes - (await sizeOf(folder))
  return free < quota
    ? {
        bytes: free,
        why: `Captures leave at least ${gb(minFreeBytes)} of the disk free (ISTHMUS_FREE_GB). Free space, or remove captures.`,
      }
    : { bytes: quota, why: `Captures may take ${gb(maxTotalBytes)} in all (ISTHMUS_CAPTURES_GB). Remove some, or allow more.` }
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Removes what uploads left that a crash cut off. Only at the start: afterwards they belong to somebody. */
export async function sweepIncoming(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith(INCOMING)) await rm(join(folder, name), { force: true })
}

const gb = (bytes: number): string => `${Math.round(bytes / 1e7) / 100} GB`
