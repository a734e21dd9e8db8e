/**
 * Batches on disk until the server has them. A batch is two files: what findings are made of (`N.keep`) and telemetry
 * (`N.bulk`). The bulk file is written first, so a batch exists from the moment its keep file does, whole or not at all.
 *
 * The disk is bounded. When it is full the oldest telemetry goes first; what findings are made of never goes: then the
 * spool refuses new batches and says so. Nothing is lost silently: a batch whose telemetry is gone, or whose file is
 * corrupt, is delivered with a `coverage.reported` that counts what it lost.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Batch, NO_ENDPOINT, type Observation, type ObservationKind } from '@isthmus/model'
import { systemReason } from './open-capture.ts'
import { type Entry, packSegment, unpackSegment } from './spool-segment.ts'

export type SpoolOptions = { readonly folder: string; readonly site: string; readonly sensor: string; readonly maxBytes: number }

export type SpoolStats = {
  /** Batches not yet acknowledged, and their bytes on disk. */
  readonly batches: number
  readonly bytes: number
  /** Telemetry observations given up for room since the spool was opened, and batches they came from. */
  readonly evictedObservations: number
  readonly evictedBatches: number
  readonly corruptFiles: number
}

/** `number` when it is on disk; otherwise why it is not, and nothing was written. */
export type Appended = { readonly number: number } | { readonly refused: string }

/** What a finding is not made of one by one: counts, readings, names. The rest is never evicted. */
const TELEMETRY: ReadonlySet<ObservationKind> = new Set<ObservationKind>([
  'session.updated',
  'operation.done',
  'process.read',
  'name.resolved',
  'web.requested',
  'encryption.negotiated',
  'address.asked',
  'device.diagnosed',
])

type Held = { keep: number; bulk: number }

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const held = new Map<number, Held>()
  for (const name of await readdir(options.folder)) {
    const parts = /^(\d{15})\.(keep|bulk)$/.exec(name)
    // Left over from a write that a crash cut short.
    if (name.endsWith('.part')) await rm(join(options.folder, name), { force: true })
    if (parts === null) continue
    const number = Number(parts[1])
    const entry = held.get(number) ?? { keep: -1, bulk: 0 }
    entry[parts[2] as 'keep' | 'bulk'] = (await stat(join(options.folder, name))).size
    held.set(number, entry)
  }
  for (const [number, entry] of held) {
    if (entry.keep >= 0) continue
    await rm(join(options.folder, fileName(number, 'bulk')), { force: true })
    held.delete(number)
  }
  return new Spool(options, new Map([...held].sort(([a], [b]) => a - b)), await readAcknowledged(options.folder))
}

export class Spool {
  readonly #options: SpoolOptions
  readonly #held: Map<number, Held>
  #acknowledged: number
  #last: number
  #bytes = 0
  #evictedObservations = 0
  #evictedBatches = 0
  #corruptFiles = 0

  constructor(options: SpoolOptions, held: Map<number, Held>, acknowledged: number) {
    this.#options = options
    this.#held = held
    this.#acknowledged = acknowledged
    this.#last = Math.max(acknowledged, ...held.keys())
    for (const entry of held.values()) this.#bytes += entry.keep + entry.bulk
  }

  get stats(): SpoolStats {
    return {
      batches: this.#held.size,
      bytes: this.#bytes,
      evictedObservations: this.#evictedObservations,
      evictedBatches: this.#evictedBatches,
      corruptFiles: this.#corruptFiles,
    }
  }

  /** The number of the newest batch ever appended; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** Puts a batch on disk, durable when this resolves. */
  async append(observations: readonly Observation[]): Promise<Appended> {
    const number = this.#last + 1
    const keep: Entry[] = []
    const bulk: Entry[] = []
    for (const [place, o] of observations.entries()) (TELEMETRY.has(o.kind) ? bulk : keep).push([place, o])
    const bulkFile = bulk.length === 0 ? undefined : packSegment(number, bulk)
    const keepFile = packSegment(number, [
      ...keep,
      ...(bulk.length === 0 ? [] : [[observations.length, this.#lossNote(number, bulk)] as const]),
    ])
    const size = keepFile.length + (bulkFile?.length ?? 0)
    if (!(await this.#makeRoom(size)))
      return { refused: `the spool holds ${this.#bytes} of ${this.#options.maxBytes} bytes and nothing in it may be given up` }
    try {
      if (bulkFile !== undefined) await this.#write(fileName(number, 'bulk'), bulkFile)
      await this.#write(fileName(number, 'keep'), keepFile)
    } catch (error) {
      for (const part of ['bulk', 'keep'] as const) await rm(join(this.#options.folder, fileName(number, part)), { force: true })
      // A disk that others fill has less room than we were promised: give up telemetry, the caller tries again.
      await this.#evictOldest()
      return { refused: `cannot be written: ${systemReason(error)}` }
    }
    this.#last = number
    this.#held.set(number, { keep: keepFile.length, bulk: bulkFile?.length ?? 0 })
    this.#bytes += size
    return { number }
  }

  /** The batches not yet acknowledged, oldest first. */
  async *unacknowledged(): AsyncGenerator<Batch> {
    for (const number of [...this.#held.keys()]) if (this.#held.has(number)) yield await this.#read(number)
  }

  /** The server has everything up to `number`. */
  async acknowledge(number: number): Promise<void> {
    if (number <= this.#acknowledged) return
    this.#acknowledged = Math.min(number, this.#last)
    await this.#write('acknowledged', Buffer.from(`${this.#acknowledged}\n`))
    for (const [held, entry] of this.#held) {
      if (held > this.#acknowledged) break
      for (const part of ['keep', 'bulk'] as const) await rm(join(this.#options.folder, fileName(held, part)), { force: true })
      this.#held.delete(held)
      this.#bytes -= entry.keep + entry.bulk
    }
  }

  async #read(number: number): Promise<Batch> {
    const { site, sensor } = this.#options
    const keep = await this.#part(number, 'keep')
    const bulk = await this.#part(number, 'bulk')
    const note = keep.find(([, o]) => isLossNote(o))
    const kept = keep.filter((entry) => entry !== note)
    const observations = [...kept, ...bulk].sort(([a], [b]) => a - b).map(([, o]) => o)
    if (note !== undefined && bulk.length === 0) observations.push(note[1])
    if (keep.length === 0) observations.push(this.#lossNote(number, []))
    return { site, sensor, number, observations }
  }

  async #part(number: number, part: 'keep' | 'bulk'): Promise<readonly Entry[]> {
    const path = join(this.#options.folder, fileName(number, part))
    let file: Buffer
    try {
      file = await readFile(path)
    } catch {
      return []
    }
    const entries = unpackSegment(file, number)
    if (typeof entries !== 'string') return entries
    // Kept for whoever wants to know, out of the way of the next start.
    this.#corruptFiles++
    await rename(path, `${path}.corrupt`).catch(() => undefined)
    return []
  }

  async #makeRoom(size: number): Promise<boolean> {
    while (this.#bytes + size > this.#options.maxBytes) if (!(await this.#evictOldest())) return false
    return true
  }

  /** Gives up the oldest telemetry; false when there is none. */
  async #evictOldest(): Promise<boolean> {
    for (const [number, entry] of this.#held) {
      if (entry.bulk === 0) continue
      const path = join(this.#options.folder, fileName(number, 'bulk'))
      const file = await readFile(path).catch(() => Buffer.alloc(0))
      await rm(path, { force: true })
      this.#evictedBatches++
      this.#evictedObservations += file.length >= 14 ? file.readUInt32BE(10) : 0
      this.#bytes -= entry.bulk
      entry.bulk = 0
      return true
    }
    return false
  }

  /** Said in place of telemetry that did not survive. */
  #lossNote(number: number, bulk: readonly Entry[]): Observation {
    const { site, sensor } = this.#options
    const last = bulk.at(-1)?.[1]
    return {
      kind: 'coverage.reported',
      site,
      sensor,
      at: last?.at ?? 0,
      client: NO_ENDPOINT,
      server: NO_ENDPOINT,
      directionKnown: true,
      protocol: LOSS,
      evidence: last?.evidence ?? { capture: `spool batch ${number}`, packets: [0, 0], bytes: [0, 0] },
      packets: 0,
      bytes: 0,
      messages: 0,
      anomalies: 0,
      undecoded: 0,
      dropped: Math.max(1, bulk.length),
    }
  }

  /** Under another name first: a file with its own name is whole. */
  async #write(name: string, content: Buffer): Promise<void> {
    const path = join(this.#options.folder, name)
    const file = await open(`${path}.part`, 'w', 0o600)
    try {
      await writeFile(file, content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.part`, path)
    const folder = await open(this.#options.folder, 'r')
    // Makes the name as durable as the bytes.
    await folder.sync().catch(() => undefined)
    await folder.close()
  }
}

const LOSS = 'spool'

function isLossNote(o: Observation): boolean {
  return o.kind === 'coverage.reported' && o.protocol === LOSS
}

/** Fixed width: names sort as numbers do. */
function fileName(number: number, part: 'keep' | 'bulk'): string {
  return `${String(number).padStart(15, '0')}.${part}`
}

async function readAcknowledged(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'acknowledged'), 'utf8').catch(() => '0')
  const number = Number(text.trim())
  return Number.isSafeInteger(number) && number > 0 ? number : 0
}
