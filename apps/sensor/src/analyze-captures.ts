/** Captures → numbered batches of observations: opens each, drives the pipeline over its frames, cuts what comes out. */
import { basename } from 'node:path'
import { type Batch, isProgramMoved, type Micros, type Observation } from '@isthmus/model'
import { createPipeline, type Pipeline, type PipelineOptions, PROTOCOLS } from '@isthmus/protocols'
import { CaptureReader, type FrameSink, type Problem } from '@isthmus/wire'
import './native-hash.ts'
import { fileSize, type OpenCapture, openCapture } from './open-capture.ts'
import { observeShared } from './shared-reading.ts'

/** A batch is applied in one transaction: small enough for that to be quick. */
export const MAX_BATCH = 2000
/** Bytes of program sections in one batch, as they travel: it is held in memory in several places at once. */
const MAX_BATCH_CONTENT = 8 << 20

export type AnalyzeOptions = Partial<
  Pick<PipelineOptions, 'protocols' | 'row' | 'flowEnded' | 'tracer' | 'share' | 'scanFile' | 'contentBounds'>
> & {
  readonly site: string
  readonly sensor: string
  /** Number of the first batch; 1 unless an earlier run ended at its predecessor. */
  readonly firstNumber?: number
  /** Told after every chunk; `total` is undefined while an input has no size. */
  readonly progress?: (bytesDone: number, total: number | undefined, packets: number) => void
  /** Bytes that one compressed capture is unpacked to at most. */
  readonly maxUnpacked?: number | undefined
  /** Stops reading when aborted; what was read is told to its end. */
  readonly signal?: AbortSignal
  /** Threads that read a file, 1 unless told; whoever follows packets or files (`row`, `tracer`, `scanFile` …) reads in one. */
  readonly threads?: number | undefined
}

/** What became of one capture. */
export type CaptureOutcome = {
  readonly capture: string
  readonly packets: number
  /** Bytes of the frames as they were on the wire. */
  readonly bytes: number
  readonly firstAt: Micros | undefined
  readonly lastAt: Micros | undefined
  readonly problems: readonly Problem[]
}

export type Analysis = {
  readonly batches: AsyncGenerator<Batch>
  /** Filled as each capture ends. */
  readonly outcomes: CaptureOutcome[]
}

/** @param paths files, `-` for standard input; read in this order */
export function analyzeCaptures(paths: readonly string[], options: AnalyzeOptions): Analysis {
  const outcomes: CaptureOutcome[] = []
  return { batches: batchesOf(paths, options, outcomes), outcomes }
}

/** Names in evidence: the file's own, with its path where two are alike. */
export function captureNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => (path === '-' ? 'standard input' : basename(path)))
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : paths[i]!))
}

async function* batchesOf(paths: readonly string[], options: AnalyzeOptions, outcomes: CaptureOutcome[]): AsyncGenerator<Batch> {
  const { site, sensor } = options
  let number = options.firstNumber ?? 1
  let held: Observation[] = []
  const names = captureNames(paths)
  const sources = await Promise.all(paths.map((path, i) => sourceOf(path, names[i]!, options, outcomes)))
  const total = sources.every((source) => source.size !== undefined) ? sources.reduce((sum, { size }) => sum + size!, 0) : undefined
  let doneBefore = 0
  let packetsBefore = 0
  for (const { chunks, position } of sources) {
    const progress = (packets: number): void => options.progress?.(doneBefore + position(), total, packetsBefore + packets)
    for await (const observations of chunks(progress)) {
      held = held.length === 0 ? observations : held.concat(observations)
      for (let end = batchEnd(held); end > 0; end = batchEnd(held)) {
        yield { site, sensor, number: number++, observations: held.splice(0, end) }
      }
    }
    doneBefore += position()
    packetsBefore += outcomes.at(-1)!.packets
    // An aborted reader leaves the rest unopened to be closed.
    if (options.signal?.aborted === true) break
  }
  if (held.length > 0) yield { site, sensor, number, observations: held }
}

/** How many of these are a batch; 0 while they are too few. */
function batchEnd(held: readonly Observation[]): number {
  let content = 0
  for (let i = 0; i < Math.min(held.length, MAX_BATCH); i++) {
    const one = held[i]!
    if (isProgramMoved(one)) content += one.content?.base64.length ?? 0
    if (content >= MAX_BATCH_CONTENT) return i + 1
  }
  return held.length >= MAX_BATCH ? MAX_BATCH : 0
}

type Source = Pick<OpenCapture, 'size' | 'position'> & {
  chunks(progress: (packets: number) => void): AsyncGenerator<Observation[]>
}

/** What a file is read by: one thread, or several where it can be opened more than once and nobody follows its packets. */
async function sourceOf(path: string, name: string, options: AnalyzeOptions, outcomes: CaptureOutcome[]): Promise<Source> {
  const { threads = 1, row, flowEnded, tracer, protocols, scanFile } = options
  const size = threads > 1 && !row && !flowEnded && !tracer && !protocols && !scanFile ? await fileSize(path) : undefined
  if (size === undefined) {
    const capture = await openCapture(path, options.maxUnpacked)
    return { size: capture.size, position: capture.position, chunks: (progress) => observe(capture, name, options, progress, outcomes) }
  }
  let read = 0
  const chunks: Source['chunks'] = (progress) => {
    const told = (position: number, packets: number): void => {
      read = position
      progress(packets)
    }
    return observeShared({ ...options, path, name, threads, progress: told }, outcomes)
  }
  return { size, position: () => read, chunks }
}

/** One capture's observations, chunk by chunk; its outcome is added at the end. */
export async function* observe(
  capture: OpenCapture,
  name: string,
  options: AnalyzeOptions,
  progress: (packets: number) => void,
  outcomes: CaptureOutcome[],
): AsyncGenerator<Observation[]> {
  const pipeline = createPipeline({ ...options, capture: name, protocols: options.protocols ?? PROTOCOLS })
  const span = new Span(pipeline)
  const reader = new CaptureReader(span)
  for await (const chunk of capture.chunks) {
    const wantsMore = reader.push(chunk)
    const observations = pipeline.take()
    // Parts of a shared capture go chunk by chunk.
    if (observations.length > 0 || options.share !== undefined) yield observations
    progress(pipeline.engine.packets)
    if (!wantsMore || options.signal?.aborted === true) break
  }
  // Where opening or unpacking failed before the first byte, that is the reason; "empty" would hide it.
  if (capture.problems.length === 0 || pipeline.engine.packets > 0) reader.finish()
  pipeline.finish()
  const { packets, bytes } = pipeline.engine
  outcomes.push({
    capture: name,
    packets,
    bytes,
    firstAt: span.firstAt,
    lastAt: span.lastAt,
    problems: [...capture.problems, ...reader.problems],
  })
  yield pipeline.take()
}

/** Hands frames on and notes the time they span. */
class Span implements FrameSink {
  readonly #pipeline: Pipeline
  firstAt: Micros | undefined = undefined
  lastAt: Micros | undefined = undefined

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline
  }

  frame(bytes: Uint8Array, at: number, end: number, wireLength: number, atUs: number, linkType: number): void {
    if (this.firstAt === undefined || atUs < this.firstAt) this.firstAt = atUs
    if (this.lastAt === undefined || atUs > this.lastAt) this.lastAt = atUs
    this.#pipeline.frame(bytes, at, end, wireLength, atUs, linkType)
  }
}
