/** The data folder: who may look into it, one server at a time, and the key of what is sealed in the database. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEY_BYTES = 32
const MAX_LOG_BYTES = 50e6

export function openDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(folder, 'captures'), { recursive: true, mode: 0o700 })
}

/** Outside the database on purpose: a copy of the database alone opens no second factor. */
export function readKey(folder: string): Uint8Array {
  const file = join(folder, 'secret.key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' })
  const key = readFileSync(file)
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${file} is damaged (${key.length} bytes instead of ${KEY_BYTES}). Restore it from a backup: without it no second factor can be checked.`,
    )
  return key
}

/** The log of this and earlier runs; the one before is kept when it has grown large. */
export function logFile(folder: string): string {
  const file = join(folder, 'isthmus.log')
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
  return file
}
