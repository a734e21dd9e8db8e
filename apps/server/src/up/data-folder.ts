/** The data folder: who may look into it, one server at a time, and the key of what is sealed in the database. */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../database/secret-file.ts'

const KEY = 'secret.key'
const KEY_BYTES = 32
const MAX_LOG_BYTES = 50e6

/**
 * A folder made here is for nobody else. Root's is passable, not readable: the database's own user reaches its folder in
 * it. One that was there already keeps the rights its owner gave it.
 */
export function openDataFolder(folder: string): void {
  const isNew = !existsSync(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (isNew) chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700)
  // Only less than before: where the database lies depends on who can pass through.
  else if (existsSync(join(folder, KEY))) chmodSync(folder, statSync(folder).mode & 0o711)
  mkdirSync(join(folder, 'captures'), { recursive: true, mode: 0o700 })
}

/** Outside the database on purpose: a copy of the database alone opens no second factor. */
export function readKey(folder: string): Uint8Array {
  const file = join(folder, KEY)
  if (!existsSync(file)) writeWhole(file, randomBytes(KEY_BYTES))
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
