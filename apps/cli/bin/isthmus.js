#!/usr/bin/env node
// Starts the command on the Node that the lockfile pins, whatever Node this machine has. Plain JavaScript for any Node >= 20.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PINNED_MAJOR = 24
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
const args = process.argv.slice(2)
// What reads captures streams: a small heap that is swept often costs little time and keeps memory flat.
const FLAT = ['--max-semi-space-size=16', '--heap-growing-percent=30']
const flags = ['analyze', 'show', 'logs'].includes(args[0]) ? FLAT : []
const isPinned = Number(process.versions.node.split('.')[0]) === PINNED_MAJOR

if (args[0] === 'up' && !existsSync(join(root, 'node_modules', '.package-lock.json'))) install()
if (isPinned && flags.every((flag) => process.execArgv.includes(flag))) await run()
else if (isPinned || existsSync(pinned)) hand(isPinned ? process.execPath : pinned)
else stop(`isthmus needs Node ${PINNED_MAJOR} and this is ${process.version}: run \`npm ci\` in ${root}, which brings it`, 2)

async function run() {
  if (!existsSync(join(root, 'node_modules', '@isthmus'))) stop(`isthmus is not installed: run \`npm ci\` in ${root}`, 2)
  const { enableCompileCache } = await import('node:module')
  // Types are stripped and compiled once, not at every start.
  enableCompileCache(join(root, 'node_modules', '.cache', 'isthmus'))
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(args)
}

function hand(node) {
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well: only what comes from elsewhere is passed on.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal))
  child.on('error', (error) => stop(`isthmus: cannot start ${node}: ${error.message}`, 2))
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
}

function install() {
  process.stderr.write('Installing dependencies (npm ci) …\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (npm.status !== 0) stop('isthmus: `npm ci` failed; its message is above', 2)
}

function stop(message, status) {
  process.stderr.write(`${message}\n`)
  process.exit(status)
}
