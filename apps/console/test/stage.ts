/** A real server with real data, the built console on it, and a real browser in front: what every test here plays on. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { writePlantCapture } from '../../plant/src/index.ts'
import { createHttpServer } from '../../server/src/http/server.ts'
import { readConsole } from '../../server/src/http/static.ts'
import { startHunts } from '../../server/src/hunts/hunts.ts'
import { startIngest } from '../../server/src/ingest/ingest.ts'
import { readLibrary } from '../../server/src/rules/read-library.ts'
import { seed, type Volume } from '../../server/src/testing/seed.ts'
import { PASSWORD, startTestServer } from '../../server/src/testing/server.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export type StageOptions = {
  /** Generated rows for a site called `seed`; a site called `works` is there in any case. */
  readonly volume?: Volume
  /** Seconds of the demonstration plant's story to read into `works`. */
  readonly plantSeconds?: number
  readonly requireTotp?: 'nobody' | 'administrators' | 'everybody'
}

export type Stage = {
  readonly origin: string
  readonly browser: Browser
  readonly server: Awaited<ReturnType<typeof startTestServer>>
  /** A window of a browser in which `admin` has signed in. */
  readonly open: (options?: Parameters<Browser['newContext']>[0]) => Promise<{ readonly context: BrowserContext; readonly page: Page }>
  readonly close: () => Promise<void>
}

/** Reading the plant's story takes seconds; a worker in trouble would wait for ever. */
const READ_WITHIN_MS = 180_000

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each()
  }
  try {
    return await build(options, closers, close)
  } catch (cause) {
    // What was opened would keep the test's process alive, and hide why it failed.
    await close()
    throw cause
  }
}

async function build(
  { volume, plantSeconds, requireTotp = 'nobody' }: StageOptions,
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<Stage> {
  const server = await startTestServer({}, { library: readLibrary() })
  closers.push(() => server.close())
  const log = pino({ level: 'silent' })
  const { url } = server.test
  const { notices } = server.services
  const kept = { folder: join(server.services.captures.folder, 'observations'), days: 36_500, maxBytes: 1e12 }
  const ingest = startIngest({ url, folder: server.services.captures.folder, retentionDays: 36_500, observations: kept, notices, log })
  closers.push(() => ingest.stop())
  const captures = { ...server.services.captures, wake: ingest.wake, decided: ingest.decided }
  const { database } = server.test
  const hunts = startHunts({ url, observations: kept.folder, captures: captures.folder, maxUnpackedBytes: 1e9, database, notices, log })
  closers.push(() => hunts.stop())
  const settings = { ...server.services.settings, requireTotp }
  const http = createHttpServer({ ...server.services, settings, captures, hunts }, log, readConsole(join(import.meta.dirname, '../dist')))
  await http.listen({ port: 0, host: '127.0.0.1' })
  closers.push(() => {
    http.server.closeAllConnections()
    return http.close()
  })
  const origin = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`
  const admin = await server.person('admin', [{ role: 'administrator', site: null }])
  await server.person('ada', [{ role: 'analyst', site: null }])
  await admin.post('/sites', { id: 'works', name: 'Northmere water works', timezone: 'Europe/London' })
  // The plant's story shows its habits for an hour before it goes on to the intrusion.
  const quiet = { connections: 0, accounts: 0, operations: 0, values: 0 }
  await admin.put('/sites/works/learning', { times: { site: 3600, asset: 0, quiet, longest: 0 } })
  if (volume !== undefined) await seed(server.test.database, 'seed', volume)
  if (plantSeconds !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-stage-'))
    closers.push(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'plant.pcap')
    await writePlantCapture(file, { seconds: plantSeconds })
    const added = await admin.post('/captures?site=works&name=plant.pcap', readFileSync(file), {
      'content-type': 'application/octet-stream',
    })
    ingest.wake()
    await read(async () => (await admin.get(`/captures/${added.body.id}`)).body)
  }
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS })
  closers.push(() => browser.close())
  return {
    origin,
    browser,
    server,
    open: async (options) => {
      const context = await browser.newContext({ baseURL: origin, viewport: { width: 1440, height: 900 }, ...options })
      await signIn(context)
      return { context, page: await context.newPage() }
    },
    close,
  }
}

async function read(look: () => Promise<{ readonly state: string }>): Promise<void> {
  const until = Date.now() + READ_WITHIN_MS
  for (;;) {
    const capture = await look()
    if (capture.state === 'done') return
    if (capture.state === 'failed' || Date.now() > until) throw new Error(`the plant was not read: ${JSON.stringify(capture)}`)
    await sleep(200)
  }
}

async function signIn(context: BrowserContext): Promise<void> {
  const answer = await context.request.post('/api/v1/sign-ins', {
    data: { name: 'admin', password: PASSWORD },
    headers: { 'x-isthmus': '1' },
  })
  if (!answer.ok()) throw new Error(`sign-in failed: ${answer.status()} ${await answer.text()}`)
}

/** What the page said in its log that it should not have; a policy violation shows here. */
export function complaints(page: Page): string[] {
  const found: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') found.push(message.text())
  })
  page.on('pageerror', (error) => found.push(String(error)))
  return found
}

export { PASSWORD }
