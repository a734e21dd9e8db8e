/** The console's files, built when there are none or when a source is newer. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CONSOLE = fileURLToPath(new URL('../../../console/', import.meta.url))
export const DIST = join(CONSOLE, 'dist')
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json']

/** True when it was built, false when what was there is fresh, undefined when this installation has no console sources. */
export async function buildConsole(): Promise<boolean | undefined> {
  if (!existsSync(join(CONSOLE, 'src'))) return existsSync(join(DIST, 'index.html')) ? false : undefined
  if (newest(SOURCES.map((name) => join(CONSOLE, name))) <= mtime(join(DIST, 'index.html'))) return false
  await runVite()
  return true
}

function runVite(): Promise<void> {
  const vite = join(dirname(createRequire(join(CONSOLE, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js')
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: CONSOLE, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-3000)))
    child.once('error', fail)
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`the console could not be built:\n${text.trim()}`))))
  })
}

function newest(paths: readonly string[]): number {
  return Math.max(
    0,
    ...paths.filter((path) => existsSync(path)).map((path) => (statSync(path).isDirectory() ? newestIn(path) : mtime(path))),
  )
}

const newestIn = (folder: string): number =>
  Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
      entry.isFile() ? mtime(join(entry.parentPath, entry.name)) : 0,
    ),
  )

const mtime = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
