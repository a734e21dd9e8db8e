/** One packet of a kept capture, read again by the sensor's own trace: there is no second parser. */
import { join } from 'node:path'
import type { z } from 'zod'
import { askThread, atMost, OutOfTime } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { CaptureRoom } from '../services.ts'
import type { PacketPage } from './captures.wire.ts'
import type { PacketQuestion } from './packet-worker.ts'
import { unpackLimit } from './room.ts'

/** Reading to the end of a large capture takes a core for this long at most. */
const BOUNDS = { longestMs: 60_000, heapMb: 512 }
const oneOfFew = atMost(2, 'Other packets are being read')

export function readPacket(
  { folder, maxUnpackedBytes }: CaptureRoom,
  capture: { id: string; file: string; site: string; bytesTotal: number },
  number: number,
): Promise<z.output<typeof PacketPage> | Refusal | undefined> {
  const maxUnpacked = unpackLimit(capture.bytesTotal, maxUnpackedBytes)
  const question: PacketQuestion = { path: join(folder, capture.file), capture: capture.id, site: capture.site, number, maxUnpacked }
  return oneOfFew(() =>
    askThread<z.output<typeof PacketPage> | Refusal>(new URL('./packet-worker.ts', import.meta.url), question, BOUNDS).catch(
      (error: unknown) => {
        if (!(error instanceof OutOfTime)) throw error
        const far = `Packet ${number} lies so far into its capture that it is not reached within a minute.`
        return refuse('conflict', `${far} The evidence of an alert holds its packets in a small file.`)
      },
    ),
  )
}
