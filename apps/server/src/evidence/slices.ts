/** Slices of alerts on disk: cut when somebody asks, kept while the alert stays as it is, the oldest leave first. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Room } from '@isthmus/sensor'
import { askThread } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import { inTurns } from '../in-turns.ts'
import type { CutAnswer, CutQuestion } from './cut-worker.ts'
import type { AlertBasis } from './evidence.store.ts'

export type SliceFile = {
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly packets: number
  readonly reach: string
  readonly left: Room
  /** Whether playing it back raised the same alert, and what was not the same. */
  readonly same: boolean
  readonly differences: readonly string[]
}

export type Slices = {
  /** The slice of the alert as it is, where one was cut. */
  find(basis: AlertBasis): Promise<SliceFile | undefined>
  cut(basis: AlertBasis): Promise<SliceFile | Refusal>
}

export type SliceOptions = { readonly url: string; readonly folder: string; readonly captures: string; readonly maxUnpackedBytes: number }

const BOUNDS = { longestMs: 300_000, heapMb: 1024 }
/** Sites take turns. */
const TURNS = { atOnce: 2, waitingEach: 8, what: 'Other evidence is being cut' }
const PART = '.pcapng.part'
/** Slices kept; another one is cut again when it is asked for. */
const MAX_KEPT = 50

export function createSlices({ url, folder, captures, maxUnpackedBytes }: SliceOptions): Slices {
  /** Being cut, or waiting for that. */
  const running = new Map<string, Promise<SliceFile | Refusal>>()
  const turns = inTurns(TURNS)

  async function find(basis: AlertBasis): Promise<SliceFile | undefined> {
    const name = nameOf(basis)
    try {
      const about = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as SliceFile
      const path = join(folder, `${name}.pcapng`)
      return (await stat(path)).size === about.bytes ? { ...about, path } : undefined
    } catch {
      return undefined
    }
  }

  async function cut(basis: AlertBasis): Promise<SliceFile | Refusal> {
    const known = await find(basis)
    if (known) {
      const now = new Date()
      await utimes(known.path, now, now).catch(() => undefined)
      return known
    }
    const name = nameOf(basis)
    const already = running.get(name)
    if (already) return already
    const work = turns(basis.site, () => cutNew(basis, name)).finally(() => running.delete(name))
    running.set(name, work)
    return work
  }

  async function cutNew(basis: AlertBasis, name: string): Promise<SliceFile | Refusal> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await makeRoom()
    const path = join(folder, `${name}.pcapng`)
    const part = join(folder, `${name}${PART}`)
    try {
      const answer = await ask({ url, site: basis.site, alert: basis.alert.id, folder: captures, maxUnpackedBytes, path: part })
      if (answer === undefined) return refuse('conflict', 'The alert or its captures went away while its evidence was cut.')
      const hash = createHash('sha256')
      await pipeline(createReadStream(part), hash)
      const { size } = await stat(part)
      const file: SliceFile = { path, sha256: hash.digest('hex'), bytes: size, ...answer }
      await rename(part, path)
      await writeFile(join(folder, `${name}.json`), JSON.stringify(file), { mode: 0o600 })
      return file
    } finally {
      await rm(part, { force: true })
    }
  }

  async function makeRoom(): Promise<void> {
    const all = await readdir(folder)
    // What a server's end left unfinished.
    for (const name of all)
      if (name.endsWith(PART) && !running.has(name.slice(0, -PART.length))) await rm(join(folder, name), { force: true })
    const names = all.filter((name) => name.endsWith('.pcapng'))
    const ages = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
    )
    for (const { name } of ages.sort((a, b) => b.at - a.at).slice(MAX_KEPT - 1)) {
      await rm(join(folder, name), { force: true })
      await rm(join(folder, name.replace(/pcapng$/, 'json')), { force: true })
    }
  }

  return { find, cut }
}

/** An alert that has grown, or whose captures went away, is another slice. */
function nameOf({ site, alert, findings, captures }: AlertBasis): string {
  const parts = [site, alert, findings.map(({ id, ruleVersion, count }) => [id, ruleVersion, count]), captures.map(({ id }) => id)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)
}

function ask(question: CutQuestion): Promise<CutAnswer | undefined> {
  return askThread(new URL('./cut-worker.ts', import.meta.url), question, BOUNDS)
}
