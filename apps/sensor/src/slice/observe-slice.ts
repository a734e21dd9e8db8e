/** The packets of a slice through the pipeline, each with the number it has in the capture it is from. */
import type { Micros, Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS, type ScanFile } from '@isthmus/protocols'
import '../native-hash.ts'
import type { SliceFrame } from './slice-file.ts'

/** What of one capture is in a slice. Captures stand in the order in which the site took them. */
export type SliceCapture = {
  /** As evidence names it. */
  readonly name: string
  /** As people name it. */
  readonly title: string
  /** Runs of packet numbers, ascending. */
  readonly packets: readonly (readonly [first: number, last: number])[]
  /** Packets that are not here, with whose passing the sensor told what it had held back. */
  readonly passed: readonly (readonly [packet: number, at: Micros])[]
}

export function runsOf(numbers: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = []
  for (const n of numbers) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === n - 1) last[1] = n
    else runs.push([n, n])
  }
  return runs
}

export function* numbersOf(runs: SliceCapture['packets']): Generator<number> {
  for (const [first, last] of runs) for (let n = first; n <= last; n++) yield n
}

/** Time after a slice's last packet in which what it left open is told. */
const AFTER_US = 600e6

/** Of the packets with which something was told, those that matter to a slice: from the last before it to some time after it. */
export function passedBy(turns: SliceCapture['passed'], numbers: readonly number[], lastAt: Micros): SliceCapture['passed'] {
  const [first] = numbers
  if (first === undefined) return []
  const own = new Set(numbers)
  const before = turns.findLast(([packet]) => packet < first)
  const later = turns.filter(([packet, at]) => packet > first && at <= lastAt + AFTER_US && !own.has(packet))
  return before === undefined ? later : [before, ...later]
}

/**
 * @param frames as many as the captures list, in their order
 * @param scanFile looks into the files that the packets carry
 */
export function* observeSlice(
  site: string,
  captures: readonly SliceCapture[],
  frames: readonly SliceFrame[],
  scanFile?: ScanFile,
): Generator<Observation[]> {
  let next = 0
  for (const { name, packets, passed } of captures) {
    const pipeline = createPipeline({ site, sensor: `slice ${name}`, capture: name, protocols: PROTOCOLS, scanFile })
    let turn = 0
    for (const number of numbersOf(packets)) {
      const frame = frames[next++]
      if (frame === undefined) break
      for (; turn < passed.length && passed[turn]![0] < number; turn++) pipeline.passed(...passed[turn]!)
      pipeline.engine.packets = number - 1
      const { bytes, at, wireLength, linkType } = frame
      pipeline.frame(bytes, 0, bytes.length, wireLength, at, linkType)
      if (pipeline.waitingObservations > 0) yield pipeline.take()
    }
    for (; turn < passed.length; turn++) pipeline.passed(...passed[turn]!)
    pipeline.finish()
    yield pipeline.take()
  }
}
