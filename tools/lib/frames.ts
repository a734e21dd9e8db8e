/** Captures as lists of frames, for the tools that bend them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { CaptureReader } from '@isthmus/wire'

export type Frame = { bytes: Uint8Array; wireLength: number; atUs: number; linkType: number }

export const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared', 'captures')

export function framesOf(file: string): Frame[] {
  const frames: Frame[] = []
  const reader = new CaptureReader({
    frame: (bytes, at, end, wireLength, atUs, linkType) =>
      void frames.push({ bytes: new Uint8Array(bytes.subarray(at, end)), wireLength, atUs, linkType }),
  })
  reader.push(readFileSync(file))
  reader.finish()
  return frames
}

/** Capture files below a folder, uncompressed, up to a size; sorted, so that a seed means the same run everywhere. */
export function capturesUnder(folder: string, maxBytes: number): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(pcap|pcapng|cap|trace|dmp)$/.test(f))
    .map((f) => join(folder, f))
    .filter((f) => statSync(f).isFile() && statSync(f).size <= maxBytes)
    .sort()
}

/** Runs frames through the sensor half. */
export function observe(frames: readonly Frame[], onFrame?: (index: number) => void): Observation[] {
  const pipeline = createPipeline({ site: 'site', sensor: 'sensor', capture: 'capture', protocols: PROTOCOLS })
  const seen: Observation[] = []
  frames.forEach((f, i) => {
    onFrame?.(i)
    pipeline.frame(f.bytes, 0, f.bytes.length, f.wireLength, f.atUs, f.linkType)
    if (pipeline.waitingObservations > 2000) seen.push(...pipeline.take())
  })
  pipeline.finish()
  seen.push(...pipeline.take())
  return seen
}

/** A small generator of numbers in [0, n), equal for equal seeds (Lehmer, modulus 2^31 - 1). */
export function randomFrom(seed: number): (n: number) => number {
  let state = seed % 0x7fffffff || 1
  return (n) => (state = (state * 48271) % 0x7fffffff) % n
}
