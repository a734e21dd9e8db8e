/** As whom PostgreSQL runs: it refuses root, so a root-started server lends it a lesser user and a place that user can reach. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, cpSync, existsSync, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'

export type Identity = { readonly uid?: number; readonly gid?: number }

const CANDIDATES = ['postgres', 'nobody']

export function databaseIdentity(): Identity {
  if (process.getuid?.() !== 0) return {}
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of CANDIDATES) {
    const found = lines.find((line) => line[0] === name)
    if (found) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  throw new Error(
    'started as root, and neither a user postgres nor nobody exists to run the database as. Start Isthmus as an ordinary user.',
  )
}

/** Where the database's files go: inside the data folder, unless its user cannot reach that (root's home is closed). */
export function placeFor(dataFolder: string, who: Identity): string {
  const wanted = join(dataFolder, 'postgres')
  mkdirSync(dataFolder, { recursive: true })
  if (who.uid === undefined) return wanted
  const elsewhere = join('/var/lib/isthmus', shortHash(dataFolder), 'postgres')
  // Where it was made it stays, whatever the folder's mode has become since: another place would be another, empty database.
  if (existsSync(join(elsewhere, 'data'))) return elsewhere
  if (existsSync(join(wanted, 'data')) || reaches(dataFolder, who)) return wanted
  mkdirSync(join(elsewhere, '..'), { recursive: true, mode: 0o755 })
  return elsewhere
}

/** Binaries the user can run: a copy beside the data when the originals lie in a closed folder. */
export function reachableBinaries(binaries: Binaries, who: Identity): Binaries {
  if (who.uid === undefined || reaches(join(binaries.folder, 'postgres'), who)) return binaries
  const native = join(binaries.folder, '..')
  const copy = join('/var/lib/isthmus', `postgresql-${binaries.major}-${shortHash(native)}`)
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    mkdirSync(copy, { recursive: true, mode: 0o755 })
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  }
  return { ...binaries, folder: join(copy, 'bin') }
}

/** A folder of our own for `who` alone. Throws when somebody else was there first: a link, or a folder of another user. */
export function give(folder: string, who: Identity, mode: number): void {
  mkdirSync(folder, { recursive: true, mode })
  // Everything further is done to what was opened, not to what the name means a moment later.
  const at = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    const { uid } = fstatSync(at)
    if (uid !== process.getuid?.() && uid !== who.uid)
      throw new Error(`${folder} belongs to somebody else (user ${uid}). Remove it, or choose another ISTHMUS_DATA.`)
    fchmodSync(at, mode)
    if (who.uid !== undefined && who.gid !== undefined) fchownSync(at, who.uid, who.gid)
  } finally {
    closeSync(at)
  }
}

function reaches(path: string, who: Identity): boolean {
  try {
    execFileSync('/usr/bin/test', ['-x', path], { ...who, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
