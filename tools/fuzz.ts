/**
 * `npm run fuzz [-- --seconds 3600] [--seed 1]`: damages captures with a fixed seed and runs them through the sensor half.
 * A find is an exception out of a dissector, a packet over 50 ms, or memory that grows; each prints what repeats it.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writePlantCapture } from '@isthmus/plant'
import { capturesUnder, type Frame, framesOf, observe, randomFrom, SHARED } from './lib/frames.ts'
import { mutate } from './lib/mutate.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } } })
const SLOW_MS = 50
const MAX_FRAMES = 400

const plant = join(mkdtempSync(join(tmpdir(), 'isthmus-fuzz-')), 'plant.pcap')
await writePlantCapture(plant, { seed: 1 })
const files = [plant, ...capturesUnder(SHARED, 1_000_000)]
console.log(`${files.length} captures, seed ${values.seed}, ${values.seconds} s`)

const random = randomFrom(Number(values.seed))
const until = performance.now() + Number(values.seconds) * 1000
const finds = new Map<string, number>()
let rounds = 0
let packets = 0
let slowest = 0
let rss = 0

while (performance.now() < until) {
  const file = files[random(files.length)]!
  const all = framesOf(file)
  if (all.length === 0) continue
  const from = random(Math.max(1, all.length - MAX_FRAMES))
  const part = all.slice(from, from + MAX_FRAMES)
  for (let again = 0; again < 5 && performance.now() < until; again++) run(file, mutate(part, random))
  if (rounds % 200 === 0) {
    global.gc?.()
    rss = Math.max(rss, process.memoryUsage().rss)
  }
}

function run(file: string, frames: Frame[]): void {
  rounds++
  packets += frames.length
  const slow = pass(file, frames, () => performance.now())
  // Another process may have had the core: what is slow by itself takes this thread's own time.
  const again = slow.size === 0 ? slow : pass(file, frames, ownMs)
  for (const [index, ms] of slow) {
    const least = Math.min(ms, again.get(index) ?? 0)
    if (least > SLOW_MS) find(`slow packet: ${least.toFixed(0)} ms`, file, index)
  }
}

function ownMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Reads the frames once; packets that took longer than they may, with their milliseconds. */
function pass(file: string, frames: readonly Frame[], clock: () => number): Map<number, number> {
  const slow = new Map<number, number>()
  let at = clock()
  let index = -1
  const took = (i: number): void => {
    const now = clock()
    if (index >= 0 && now - at > SLOW_MS) slow.set(index, now - at)
    else if (index >= 0) slowest = Math.max(slowest, now - at)
    at = clock()
    index = i
  }
  try {
    for (const o of observe(frames, took))
      if (o.kind === 'protocol.anomaly' && o.name === 'platform.dissector-failed')
        find(`${o.protocol}: ${o.detail}`, file, o.evidence.packets[1])
  } catch (error) {
    find(error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' | ') : String(error), file, index)
  }
  return slow
}

function find(what: string, file: string, packet: number): void {
  const seen = finds.get(what) ?? 0
  finds.set(what, seen + 1)
  if (seen === 0) console.log(`FIND ${what} (${file}, round ${rounds}, packet ${packet})`)
}

console.log(
  `${rounds} rounds, ${packets} packets, slowest packet ${slowest.toFixed(1)} ms, ${Math.round(rss / 1e6)} MB resident at most, ${finds.size} finds`,
)
process.exit(finds.size > 0 ? 1 : 0)
