/** One packet of a kept capture, read again by the sensor's own trace: there is no second parser. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { z } from 'zod'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { CaptureRoom } from '../services.ts'
import type { PacketPage } from './captures.wire.ts'
import type { PacketQuestion } from './packet-worker.ts'
import { unpackLimit } from './room.ts'

/** Reading to the end of a large capture takes a core for this long at most. */
const LONGEST_MS = 60_000
/** Threads that answer such questions at one time; the others are asked to come again. */
const MAX_AT_ONCE = 2
let running = 0

export async function readPacket(
  { folder, maxUnpackedBytes }: CaptureRoom,
  capture: { id: string; file: string; site: string; bytesTotal: number },
  number: number,
): Promise<z.output<typeof PacketPage> | Refusal | undefined> {
  if (running >= MAX_AT_ONCE) return { ...refuse('too-many', 'Other packets are being read. Try again in a few seconds.'), retryAfterS: 2 }
  running++
  try {
    const maxUnpacked = unpackLimit(capture.bytesTotal, maxUnpackedBytes)
    const question: PacketQuestion = { path: join(folder, capture.file), capture: capture.id, site: capture.site, number, maxUnpacked }
    return await ask(question)
  } finally {
    running--
  }
}

function ask(question: PacketQuestion): Promise<z.output<typeof PacketPage> | undefined> {
  return new Promise((answer, fail) => {
    const worker = new Worker(new URL('./packet-worker.ts', import.meta.url), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    const timer = setTimeout(() => {
      void worker.terminate()
      fail(new Error(`packet ${question.number} of ${question.capture} was not reached within ${LONGEST_MS / 1000} s`))
    }, LONGEST_MS)
    worker.once('message', answer)
    worker.once('error', fail)
    worker.once('exit', () => {
      clearTimeout(timer)
      answer(undefined)
    })
  })
}
