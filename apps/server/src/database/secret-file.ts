/** Small secrets in files: there whole or not at all, whatever ends the process meanwhile. */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs'

/** Writes a file that only its owner reads; one that is there already stays as it is. */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const at = openSync(draft, 'wx', 0o600)
  try {
    writeSync(at, typeof content === 'string' ? Buffer.from(content) : content)
    fsyncSync(at)
    // Unlike a rename, this never replaces what a process beside us made first.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(at)
    rmSync(draft, { force: true })
  }
}
