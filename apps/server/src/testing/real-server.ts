/** A PostgreSQL server as an operator would run one: over TCP, with a password, its owner no superuser. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { allBinaries, findBinaries } from '../database/binaries.ts'
import { databaseIdentity, give, reachableBinaries } from '../database/identity.ts'

export type RealServer = { readonly url: string; readonly about: string; stop(): Promise<void> }

/** The system's PostgreSQL where there is one: the other tests of a run take the bundle, so that both are tested. */
export async function startRealServer(): Promise<RealServer> {
  const who = databaseIdentity()
  const found = allBinaries()[0] ?? findBinaries(undefined)
  const binaries = reachableBinaries(found, who)
  const home = mkdtempSync(join(tmpdir(), 'isthmus-server-'))
  give(home, who, 0o700)
  const [data, secret, password] = [join(home, 'data'), join(home, 'password'), randomBytes(12).toString('hex')]
  writeFileSync(secret, password, { mode: 0o644 })
  const options = { ...who, cwd: '/', stdio: 'ignore' as const, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } }
  await ended(
    spawn(
      join(binaries.folder, 'initdb'),
      ['-D', data, '-U', 'root', '-A', 'scram-sha-256', '--pwfile', secret, '--no-sync', '--locale=C', '-E', 'UTF8'],
      options,
    ),
  )
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${home}`, 'fsync=off', 'max_connections=200']
  const server = spawn(join(binaries.folder, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], options)
  const admin = `postgresql://root:${password}@127.0.0.1:${port}/postgres`
  await run(admin, [`create role plant login password '${password}' createdb createrole`, 'create database plant owner plant'])
  return {
    url: `postgresql://plant:${password}@127.0.0.1:${port}/plant`,
    about: `PostgreSQL ${binaries.major} (${found.source === 'bundle' ? 'npm bundle' : 'of the system'}) over TCP, its owner no superuser`,
    stop: async () => {
      server.kill('SIGINT')
      await new Promise((done) => server.once('exit', done))
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      for (const statement of statements) await client.query(statement)
      return
    } catch (error) {
      if (attempt > 150) throw error
      await sleep(200)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

function ended(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${child.spawnfile} ended with ${code}`))))
  })
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
