/** A whole server on a fresh database, driven through HTTP as a browser would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { sql } from 'kysely'
import { Notices } from '../events/notices.ts'
import { createSlices } from '../evidence/slices.ts'
import { createHttpServer } from '../http/server.ts'
import { createLog } from '../log.ts'
import type { Role } from '../permissions.table.ts'
import type { Decision, ServerSettings, Services } from '../services.ts'
import { createGuard } from '../sign-ins/guard.ts'
import { hashPassword, newId } from '../sign-ins/secrets.ts'
import { insertUser, saveGrants } from '../users/users.store.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

export const PASSWORD = 'correct horse battery'

export type TestServer = {
  readonly http: FastifyInstance
  readonly services: Services
  readonly test: TestDatabase
  readonly logged: () => string
  readonly decisions: Decision[]
  /** A signed-in person with these grants. */
  person(name: string, grants: readonly { role: Role; site: string | null }[]): Promise<Client>
  /** Somebody who has not signed in. */
  nobody(): Client
  close(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there, and fails when it is not
export type Json = any
export type Answer = { status: number; body: Json; headers: Record<string, unknown> }
export type Client = {
  readonly id: string
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
}

const SETTINGS: ServerSettings = {
  version: 'test',
  requireTotp: 'nobody',
  idleUs: 3.6e9,
  absoluteUs: 36e9,
  heartbeatMs: 15_000,
  trustProxy: [],
}

export async function startTestServer(settings: Partial<ServerSettings> = {}, more: Partial<Services> = {}): Promise<TestServer> {
  const test = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-captures-'))
  const decisions: Decision[] = []
  const log = new PassThrough()
  const chunks: string[] = []
  log.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const services: Services = {
    database: test.database,
    notices: new Notices(),
    guard: createGuard(new Uint8Array(32).fill(7)),
    library: { rules: [], catalogue: new Map(), glossary: [] },
    captures: {
      folder,
      maxBytes: 50e6,
      maxTotalBytes: 1e9,
      minFreeBytes: 0,
      maxUnpackedBytes: 1e9,
      wake: () => undefined,
      decided: (decision) => decisions.push(decision),
    },
    slices: createSlices({ url: test.url, folder: join(folder, 'slices'), captures: folder, maxUnpackedBytes: 1e9 }),
    selfTest: () => undefined,
    hunts: { wake: () => undefined, cancelled: () => undefined, longestMs: 3_600_000 },
    settings: { ...SETTINGS, ...settings },
    now: () => Date.now() * 1000,
    state: () => 'ready',
    ...more,
  }
  const http = createHttpServer(services, createLog('trace', log), new Map())
  await http.ready()
  return {
    http,
    services,
    test,
    decisions,
    logged: () => chunks.join(''),
    nobody: () => client(http, ''),
    person: async (name, grants) => {
      const id = newId('user')
      await test.database.everywhere([], async (tx) => {
        await insertUser(tx, id, { name, displayName: name.toUpperCase(), grants: [] }, await hashPassword(PASSWORD))
        await sql`update users set is_new = false where id = ${id}`.execute(tx)
        await saveGrants(tx, id, grants)
      })
      const person = client(http, id)
      const answer = await person.post('/sign-ins', { name, password: PASSWORD })
      if (answer.body.state !== 'signed-in') throw new Error(`sign-in failed: ${JSON.stringify(answer.body)}`)
      return person
    },
    close: async () => {
      await http.close()
      await test.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function client(http: FastifyInstance, id: string): Client {
  const send = async (options: InjectOptions): Promise<Answer> => {
    const answer = await http.inject({
      remoteAddress: '127.0.0.1',
      ...options,
      headers: { 'x-isthmus': '1', host: 'isthmus.test', ...(self.cookie === '' ? {} : { cookie: self.cookie }), ...options.headers },
    })
    const cookie = answer.headers['set-cookie']
    if (typeof cookie === 'string') self.cookie = cookie.includes('Max-Age=0') ? '' : (cookie.split(';')[0] ?? '')
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : answer.json(),
      headers: answer.headers as Record<string, unknown>,
    }
  }
  const self: Client = {
    id,
    cookie: '',
    get: (path, headers = {}) => send({ method: 'GET', url: `/api/v1${path}`, headers }),
    post: (path, body, headers = {}) =>
      send({ method: 'POST', url: `/api/v1${path}`, headers, ...(body === undefined ? {} : { payload: body as never }) }),
    put: (path, body) => send({ method: 'PUT', url: `/api/v1${path}`, payload: body as never }),
    delete: (path) => send({ method: 'DELETE', url: `/api/v1${path}` }),
  }
  return self
}
