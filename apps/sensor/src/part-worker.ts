/** Reads its part of one capture in a thread of its own; what it observed goes to the reader that shares it out, chunk by chunk. */
import { parentPort, workerData } from 'node:worker_threads'
import { type CaptureOutcome, observe } from './analyze-captures.ts'
import { openCapture } from './open-capture.ts'

export type PartData = {
  readonly path: string
  readonly name: string
  readonly site: string
  readonly sensor: string
  readonly maxUnpacked: number | undefined
  readonly index: number
  readonly of: number
}
/** One for each chunk of the capture, in order and the same chunks in every part; the outcome comes with the last. */
export type FromPart = {
  /** A list of observations as JSON, as in the spool: cheaper between threads than the objects. */
  readonly text: string
  readonly position: number
  readonly packets: number
  readonly outcome?: CaptureOutcome
}
export type ToPart = 'more' | 'stop'

/** Chunks told and not yet taken: a slow reader holds the parts back. */
const AHEAD = 8

const data = workerData as PartData
const port = parentPort!
const stopping = new AbortController()
let ahead = 0
let goOn: () => void = () => undefined
port.on('message', (message: ToPart) => {
  if (message === 'stop') stopping.abort()
  else ahead--
  goOn()
})

const { path, name, site, sensor, maxUnpacked, index, of } = data
const capture = await openCapture(path, maxUnpacked)
const outcomes: CaptureOutcome[] = []
let packets = 0
const options = { site, sensor, share: { index, of }, signal: stopping.signal }
for await (const observations of observe(capture, name, options, (read) => (packets = read), outcomes)) {
  const outcome = outcomes[0]
  port.postMessage({
    text: JSON.stringify(observations),
    position: capture.position(),
    packets,
    ...(outcome && { outcome }),
  } satisfies FromPart)
  ahead++
  while (ahead >= AHEAD && outcome === undefined && !stopping.signal.aborted) await new Promise<void>((done) => (goOn = done))
}
port.close()
