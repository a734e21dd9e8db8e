/** A request's body to a file, hashed on the way: never in memory, never under its final name before it is whole. */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { derivedId } from '@isthmus/model'
import type { z } from 'zod'
import { isDiskFull, type Tx } from '../database/connect.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { CaptureRoom } from '../services.ts'
import { findCapture, insertCapture } from './captures.store.ts'
import type { Capture } from './captures.wire.ts'
import { INCOMING, roomLeft } from './room.ts'

export type Upload = { readonly file: string; readonly sha256: string; readonly bytes: number }

class TooLarge extends Error {}
class NoRoom extends Error {}

/** How many bytes come in between two looks at the disk. */
const LOOK_BYTES = 64e6

/** @param announced bytes the sender says it will send; undefined when it does not say */
export async function receiveUpload(body: Readable, announced: number | undefined, captures: CaptureRoom): Promise<Upload | Refusal> {
  const { folder, maxBytes } = captures
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((announced ?? 0) > maxBytes) return refuse('too-large', `A capture may have at most ${maxBytes} bytes.`)
  let room = await roomLeft(captures)
  if ((announced ?? 1) > room.bytes) return refuse('disk-full', room.why)
  let lookAgainAt = LOOK_BYTES
  const file = join(folder, `${INCOMING}${randomBytes(8).toString('hex')}`)
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      hash.update(chunk)
      if (bytes > maxBytes) return done(new TooLarge())
      if (bytes <= lookAgainAt) return done(bytes > room.bytes + lookAgainAt - LOOK_BYTES ? new NoRoom() : null, chunk)
      lookAgainAt = bytes + LOOK_BYTES
      roomLeft(captures).then((left) => {
        room = left
        done(left.bytes < 0 ? new NoRoom() : null, chunk)
      }, done)
    },
  })
  try {
    await pipeline(body, count, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }))
  } catch (error) {
    await rm(file, { force: true })
    if (error instanceof TooLarge) return refuse('too-large', `A capture may have at most ${maxBytes} bytes.`)
    if (error instanceof NoRoom) return refuse('disk-full', room.why)
    if (isDiskFull(error)) return refuse('disk-full')
    if (error instanceof Error && /premature|aborted/i.test(`${(error as NodeJS.ErrnoException).code} ${error.message}`))
      return refuse('not-valid', 'The upload was cut off.')
    throw error
  }
  if (bytes === 0) {
    await rm(file, { force: true })
    return refuse('not-valid', undefined, [{ field: 'body', why: 'the file is empty' }])
  }
  return { file, sha256: hash.digest('hex'), bytes }
}

export type Keeping = {
  readonly site: string
  readonly name: string
  readonly folder: string
  readonly by: string | null
  readonly source?: 'upload' | 'plant'
}

type Kept = z.output<typeof Capture>

/**
 * The file under its own name, then its row, in the transaction that `change` runs: a crash between the two leaves a file that
 * the next upload of it replaces.
 */
export async function keepUpload(
  upload: Upload,
  { site, name, folder, by, source = 'upload' }: Keeping,
  change: (work: (tx: Tx) => Promise<Kept>) => Promise<Kept>,
): Promise<Kept> {
  const id = captureId(site, upload.sha256)
  const path = join(folder, id)
  if (
    await stat(path).then(
      () => true,
      () => false,
    )
  )
    await rm(upload.file)
  else await rename(upload.file, path)
  return change(async (tx) => {
    const kept = await insertCapture(tx, { id, site, name, sha256: upload.sha256, bytesTotal: upload.bytes, file: id, source, by })
    const capture = await findCapture(tx, [site], kept)
    if (!capture) throw new Error(`capture ${kept} is not there after it was added`)
    return capture
  })
}

/** The same bytes in the same site are the same capture. */
export const captureId = (site: string, sha256: string): string => derivedId('capture', site, sha256)
