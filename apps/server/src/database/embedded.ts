/**
 * The embedded database: initialised once, then a PostgreSQL server of our own over a Unix socket, supervised.
 * It outlives a killed server process on purpose: the next start finds it by its pid file and goes on with it.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, lchownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Binaries, findBinaries } from './binaries.ts'
import { databaseIdentity, give, type Identity, placeFor, reachableBinaries } from './identity.ts'
import { writeWhole } from './secret-file.ts'

/** A Unix socket's path has room for 107 bytes, and PostgreSQL adds its own name. */
const LONGEST_SOCKET_FOLDER = 80
/** After a kill -9 the old server may linger for some seconds before a new one can take the folder. */
const START_PATIENCE_MS = 40_000
const STOP_PATIENCE_MS = 20_000
const USER = 'isthmus'

export type Embedded = {
  readonly url: string
  readonly version: string
  /** False when it ran already: it may be another server's. */
  readonly isOurs: boolean
  /** Starts the server again when it is gone; does nothing while it runs. */
  ensure(): Promise<void>
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  readonly dataFolder: string
  readonly say?: (line: string) => void
  /** Faster and unsafe when the machine loses power: for tests. */
  readonly isThrowaway?: boolean
}

export async function startEmbedded({ dataFolder, say = () => undefined, isThrowaway = false }: EmbeddedOptions): Promise<Embedded> {
  const who = databaseIdentity()
  const home = placeFor(resolve(dataFolder), who)
  const files = join(home, 'data')
  const binaries = reachableBinaries(findBinaries(versionOf(files)), who)
  give(home, who, 0o700)
  const socket = socketFolder(home)
  give(socket, who, 0o700)
  const password = passwordOf(home)
  if (versionOf(files) === undefined) {
    say(`creating the database (PostgreSQL ${binaries.major}, ${binaries.source})`)
    rmSync(files, { recursive: true, force: true })
    await initialise(binaries, who, home, password, isThrowaway)
  }
  const server: Server = { binaries, who, home, files, socket, password, isThrowaway, say }
  const wasRunning = await answers(server)
  await ensure(server)
  const url = urlOf(server, 'isthmus')
  await createDatabase(server)
  return { url, version: String(binaries.major), isOurs: !wasRunning, ensure: () => ensure(server), stop: () => stop(files) }
}

type Server = {
  readonly binaries: Binaries
  readonly who: Identity
  readonly home: string
  readonly files: string
  readonly socket: string
  readonly password: string
  readonly isThrowaway: boolean
  readonly say: (line: string) => void
}

const urlOf = ({ socket, password }: Server, database: string): string =>
  `postgresql://${USER}:${password}@/${database}?host=${encodeURIComponent(socket)}`

/** Beside the data where its path is short enough; else one with a name nobody can guess, noted for the next start. */
function socketFolder(home: string): string {
  if (home.length <= LONGEST_SOCKET_FOLDER) return join(home, 'socket')
  const note = join(home, '..', 'database.socket')
  if (!existsSync(noted(note))) {
    rmSync(note, { force: true })
    writeWhole(note, mkdtempSync(join(tmpdir(), 'isthmus-')))
  }
  return noted(note)
}

const noted = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Beside the database's folder, not in it: its user also runs other things where it is nobody. */
function passwordOf(home: string): string {
  const file = join(home, '..', 'database.key')
  if (!existsSync(file)) writeWhole(file, randomBytes(24).toString('hex'))
  return readFileSync(file, 'utf8')
}

function versionOf(files: string): number | undefined {
  // Written last by initdb's own steps only when they succeeded: a half-made folder has no control file's twin.
  const mark = join(files, 'PG_VERSION')
  return existsSync(mark) && existsSync(join(files, 'isthmus.ready')) ? Number(readFileSync(mark, 'utf8')) : undefined
}

async function initialise(binaries: Binaries, who: Identity, home: string, password: string, isThrowaway: boolean): Promise<void> {
  const files = join(home, 'data')
  const once = join(home, 'password')
  rmSync(once, { force: true })
  writeWhole(once, password)
  if (who.uid !== undefined && who.gid !== undefined) lchownSync(once, who.uid, who.gid)
  const options = ['-D', files, '-U', USER, '-A', 'scram-sha-256', '--pwfile', once, '-E', 'UTF8', '--locale=C', '--no-instructions']
  try {
    await run(join(binaries.folder, 'initdb'), isThrowaway ? [...options, '--no-sync'] : options, who)
  } finally {
    rmSync(once, { force: true })
  }
  await run('/bin/sh', ['-c', `touch "$1/isthmus.ready"`, 'sh', files], who)
}

async function ensure(server: Server): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS
  let last = ''
  while (Date.now() < deadline) {
    if (await answers(server)) return
    const pid = runningPid(server.files)
    if (pid === undefined) last = await launch(server)
    if (await answers(server)) return
    await sleep(200)
  }
  throw new Error(
    `the embedded database did not start within ${START_PATIENCE_MS / 1000} s. ${last} Its log is ${join(server.home, 'postgres.log')}.`,
  )
}

/** Starts the server in a session of its own, so that Ctrl-C in our terminal reaches only us; waits until it answers or ends. */
async function launch(server: Server): Promise<string> {
  const { binaries, who, files, socket, home, isThrowaway } = server
  const log = openSync(join(home, 'postgres.log'), 'a', 0o600)
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '128MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '1GB',
    jit: 'off',
    random_page_cost: '1.1',
    log_min_messages: 'warning',
    ...(isThrowaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  }
  const child = spawn(
    join(binaries.folder, 'postgres'),
    ['-D', files, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    {
      ...who,
      cwd: files,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    },
  )
  closeSync(log)
  child.unref()
  let ended: string | undefined
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code, signal) => (ended = `postgres ended with ${signal ?? code}.`))
  for (let i = 0; i < 150 && ended === undefined; i++) {
    if (await answers(server)) return ''
    await sleep(100)
  }
  return ended ?? 'It runs but does not answer yet.'
}

async function answers(server: Server): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres'), connectionTimeoutMillis: 3000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function createDatabase(server: Server): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres') })
  await client.connect()
  try {
    const { rows } = await client.query(`select 1 from pg_database where datname = 'isthmus'`)
    if (rows.length === 0) await client.query('create database isthmus')
  } finally {
    await client.end()
  }
}

/** The server's pid, if its pid file names a process that lives; a zombie or a stranger with a reused number does not. */
function runningPid(files: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 0)
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
    return /\((?!postgres)[^)]*\) |\) Z /.test(stat) ? undefined : pid
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 1 : undefined
  }
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions roll back, everything committed is on disk. */
async function stop(files: string): Promise<void> {
  const pid = runningPid(files)
  if (pid === undefined || pid === 1) return
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + STOP_PATIENCE_MS
  while (runningPid(files) !== undefined && Date.now() < deadline) await sleep(50)
}

function run(command: string, args: readonly string[], who: Identity): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      ...who,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)))
    child.once('error', fail)
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} failed (${code}): ${errors.trim()}`))))
  })
}
