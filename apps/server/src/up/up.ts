/** `isthmus up`: everything on one machine, from nothing to a console with data, and back to nothing on Ctrl-C. */
import { join } from 'node:path'
import { pino } from 'pino'
import { sweepIncoming } from '../captures/room.ts'
import { migrate } from '../database/migrate.ts'
import { Notices } from '../events/notices.ts'
import { createSlices } from '../evidence/slices.ts'
import { createHttpServer } from '../http/server.ts'
import { readConsole } from '../http/static.ts'
import { noteRuleVersions } from '../hunts/hunts.store.ts'
import { startHunts } from '../hunts/hunts.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { type Ingest, startIngest } from '../ingest/ingest.ts'
import { ensurePlantSite } from '../ingest/plant.store.ts'
import { startSelfTest } from '../known-threats/self-test.ts'
import { startFeeds } from '../known-threats/taxii/poll.ts'
import { createLog } from '../log.ts'
import { readLibrary } from '../rules/read-library.ts'
import type { Services } from '../services.ts'
import { readSettings, type Settings } from '../settings.ts'
import { createGuard } from '../sign-ins/guard.ts'
import { buildConsole, DIST } from './console-build.ts'
import { logFile, openDataFolder, readKey } from './data-folder.ts'
import { runDatabase } from './database.ts'
import { type FirstLogin, firstLogin } from './first-login.ts'
import { type Out, Steps } from './steps.ts'

export type UpOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Out
  readonly version: string
  readonly signal: AbortSignal
  readonly hasPlant?: boolean
}
export type Running = {
  readonly address: string
  readonly login: FirstLogin | undefined
  readonly settings: Settings
  stop(): Promise<void>
}

export const PLANT_SITE = 'northmere'

/** Starts everything; throws a sentence for the operator when it cannot. What was started before a failure is stopped again. */
export async function startUp({ env, out, version, hasPlant = true }: UpOptions): Promise<Running> {
  const settings = readSettings(env, version)
  const steps = new Steps(out)
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const act of undo.splice(0).reverse()) await act().catch(() => undefined)
  }
  try {
    openDataFolder(settings.dataFolder)
    const file = logFile(settings.dataFolder)
    const destination = pino.destination({ dest: file, mkdir: true, sync: false, mode: 0o600 })
    const log = createLog(settings.logLevel, destination)
    undo.push(async () => destination.flushSync())
    const taken = new AbortController()
    // The console is built by a process of its own, while the database starts.
    const building = buildConsole()
    building.catch(() => undefined)
    const running = await steps.step(
      'database',
      () =>
        runDatabase(
          settings.dataFolder,
          settings.databaseUrl,
          log,
          (line) => steps.say(`  · ${line}`),
          () => taken.abort(),
        ),
      (r) => r.about,
    )
    undo.push(() => running.stop())
    const { database } = running
    await steps.step(
      'schema',
      () => migrate(database),
      ({ applied }) => (applied.length === 0 ? 'up to date' : `${applied.length} migrations applied`),
    )
    if (!(await running.claim()))
      throw new Error('another Isthmus works on this database already. Stop it first, or choose another ISTHMUS_DATA.')
    const login = await firstLogin(database)
    if (hasPlant) await ensurePlantSite(database, PLANT_SITE)
    const notices = new Notices()
    const folder = join(settings.dataFolder, 'captures')
    const observations = join(settings.dataFolder, 'observations')
    await sweepIncoming(folder)
    const ingest = startIngest({
      url: running.url,
      folder,
      retentionDays: settings.retentionDays,
      captureDays: settings.captureDays,
      maxUnpackedBytes: settings.maxUnpackedBytes,
      observations: { folder: observations, days: settings.observationDays, maxBytes: settings.maxObservationBytes },
      plantSite: hasPlant ? PLANT_SITE : undefined,
      alertSources: settings.alertSources,
      notices,
      log,
    })
    undo.push(() => ingest.stop())
    taken.signal.addEventListener('abort', () => void ingest.stop())
    await noteRuleVersions(database, loadFoldOptions().rules)
    const hunting = {
      url: running.url,
      observations,
      captures: folder,
      maxUnpackedBytes: settings.maxUnpackedBytes,
      longestMs: settings.longestHuntMs,
      database,
      notices,
      log,
    }
    const hunts = startHunts({ ...hunting, isAutomatic: settings.isHuntingItself })
    undo.push(() => hunts.stop())
    hunts.wake()
    await steps.step(
      'console',
      () => building,
      (built) => (built === undefined ? 'not in this installation; the API works' : built ? 'built' : 'fresh'),
    )
    const selfTest = startSelfTest({ log, now: () => Date.now() * 1000 })
    undo.push(async () => selfTest.stop())
    let isStopping = false
    const services: Services = {
      database,
      notices,
      guard: createGuard(readKey(settings.dataFolder)),
      library: readLibrary(),
      captures: {
        folder,
        maxBytes: settings.maxCaptureBytes,
        maxTotalBytes: settings.maxCapturesBytes,
        minFreeBytes: settings.minFreeBytes,
        maxUnpackedBytes: settings.maxUnpackedBytes,
        wake: () => ingest.wake(),
        decided: (decision) => ingest.decided(decision),
      },
      hunts,
      slices: createSlices({
        url: running.url,
        folder: join(settings.dataFolder, 'slices'),
        captures: folder,
        maxUnpackedBytes: settings.maxUnpackedBytes,
      }),
      selfTest: () => selfTest.last(),
      settings,
      now: () => Date.now() * 1000,
      state: () => stateOf(isStopping, running.isThere(), ingest),
    }
    const feeds = startFeeds(services)
    undo.push(async () => feeds.stop())
    const server = createHttpServer(services, log, readConsole(DIST))
    undo.push(async () => {
      isStopping = true
      await server.close()
    })
    const address = await steps.step(
      'server',
      () => listen(server, settings),
      (at) => at,
    )
    log.info({ address, database: running.about }, 'started')
    return { address, login, settings, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function stateOf(isStopping: boolean, isThere: boolean, ingest: Ingest): ReturnType<Services['state']> {
  if (isStopping) return 'stopping'
  if (!isThere || ingest.trouble() === 'database-lost') return 'database-lost'
  return ingest.trouble() === 'disk-full' ? 'disk-full' : 'ready'
}

/** The port asked for; where nobody asked and it is taken, the next free one. */
async function listen(server: ReturnType<typeof createHttpServer>, { host, port, isPortChosen }: Settings): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await server.listen({ host, port: port + attempt })
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (isTaken && !isPortChosen && attempt < 20) continue
      throw isTaken ? new Error(`port ${port} is taken. Choose another with ISTHMUS_PORT.`) : error
    }
  }
}
