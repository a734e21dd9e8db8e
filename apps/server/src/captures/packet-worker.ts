/** Reads a capture up to one packet, in a thread of its own: what a packet means depends on those before it. */
import { parentPort, workerData } from 'node:worker_threads'
import { explainPackets } from '@isthmus/sensor'
import { packetPage } from './packet-page.ts'

export type PacketQuestion = {
  readonly path: string
  readonly capture: string
  readonly site: string
  readonly number: number
  readonly maxUnpacked: number
}

const { path, capture, site, number, maxUnpacked } = workerData as PacketQuestion
const { packets } = await explainPackets(path, { site, from: number, to: number, maxUnpacked })
const view = packets[0]
parentPort?.postMessage(view === undefined ? undefined : packetPage(capture, view))
