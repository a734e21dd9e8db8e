#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, then checks and tests everything. Plain JavaScript for any Node from 20 on;
 * everything after the installation runs on the Node that the lockfile pins.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const env = { ...process.env, PATH: bin + delimiter + process.env.PATH, NODE_NO_WARNINGS: '1' }

function run(what, command, args) {
  const started = Date.now()
  console.log(`\n== ${what}`)
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  if (error) console.error(`${command}: ${error.message}`)
  console.log(`== ${what}: ${status === 0 ? 'done' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (status !== 0) process.exit(status ?? 1)
}

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** What the tests drive that npm cannot bring: a browser. On Debian and as root it is installed. */
function systemTools() {
  const missing = has('chromium') || existsSync('/usr/bin/chromium') ? [] : ['chromium']
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && has('apt-get')) {
    run('apt-get update', 'apt-get', ['update', '-qq'])
    run(`install ${missing.join(' ')}`, 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing])
    return
  }
  console.error(`The console's tests need ${missing.join(', ')}: install it with your package manager and run npm test again.`)
  process.exit(1)
}

if (!existsSync(join(bin, 'node'))) run('install packages', 'npm', ['ci', '--no-audit', '--no-fund'])
systemTools()
run('check', 'npm', ['run', '--silent', 'check'])
run('build the console', 'npm', ['run', '--silent', 'build', '-w', 'apps/console'])
// The database's tests run on what a fresh machine has; on-a-server.test.ts runs them again on a real server, and says on which.
if (env.DATABASE_URL === undefined) env.ISTHMUS_POSTGRES ??= 'bundled'
console.log(`\n== PostgreSQL: ${env.DATABASE_URL === undefined ? `embedded, ISTHMUS_POSTGRES=${env.ISTHMUS_POSTGRES}` : 'DATABASE_URL'}`)
run('tests', 'node', [
  '--test',
  '--test-concurrency=2',
  // What hangs is a failure with a name; what a test leaves open does not keep the run from its end.
  '--test-timeout=900000',
  '--test-force-exit',
  'packages/**/*.test.ts',
  'apps/**/*.test.ts',
  'tools/*.test.ts',
  'scenarios/**/*.test.ts',
])
