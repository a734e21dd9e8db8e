/** The server's tests once more on a PostgreSQL server over TCP, with an owner that is no superuser: what DATABASE_URL means in production. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, it } from 'node:test'
import { startRealServer } from './real-server.ts'

const SOURCES = join(import.meta.dirname, '..')
/** These bring databases of their own. */
const OWN = ['testing/on-a-server.test.ts', 'ingest/kill.test.ts', 'up/up.test.ts', 'database/embedded.test.ts']

describe('on a PostgreSQL server', () => {
  it('every test of the API passes as it does on the embedded database', { timeout: 600_000 }, async (t) => {
    // With DATABASE_URL set, every test runs on such a server already.
    if (process.env.DATABASE_URL !== undefined) return
    const server = await startRealServer()
    t.diagnostic(`the server's tests run on ${server.about}`)
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .map((name) => relative(SOURCES, join(SOURCES, name)))
      .filter((name) => name.endsWith('.test.ts') && !OWN.includes(name))
    assert.ok(files.length > 5)
    try {
      const { status, output } = await runTests(files, server.url)
      assert.equal(status, 0, output)
    } finally {
      await server.stop()
    }
  })
})

function runTests(files: readonly string[], url: string): Promise<{ status: number | null; output: string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    [
      '--test',
      '--test-concurrency=2',
      '--test-timeout=120000',
      '--test-force-exit',
      '--test-reporter=spec',
      ...files.map((name) => join(SOURCES, name)),
    ],
    {
      env: { ...env, DATABASE_URL: url, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  return new Promise((done) => child.once('exit', (status) => done({ status, output })))
}
