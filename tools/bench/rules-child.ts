/**
 * Runs one capture through both halves, as often as told, each round after the one before, with all rules or without any. Prints
 * packets, observations and findings told.
 */
import { openSync, readSync } from 'node:fs'
import '../../apps/cli/bin/short-run.js'
import '../../apps/sensor/src/native-hash.ts'
import { loadContent } from '@isthmus/content'
import type { Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { createSite } from '@isthmus/site'
import { CaptureReader, type FrameSink } from '@isthmus/wire'

/** As an application delivers them. */
const BATCH = 2000
const HOUR_US = 3600e6
const CHUNK = new Uint8Array(1 << 20)

const [, , path = '', rules = 'all', rounds = '1'] = process.argv
const content = loadContent()
const site = createSite({ site: 'bench', rules: rules === 'none' ? [] : content.rules, learningUs: HOUR_US, content })
let packets = 0
let observations = 0
let findings = 0

/** Times of a round begin a second after the latest of the round before. */
let shift = 0
let earliest = Number.POSITIVE_INFINITY
let latest = 0

for (let round = 0; round < Number(rounds); round++) {
  if (round > 0) shift += latest - earliest + 1e6
  read()
}
site.finish()
findings += site.takeChanges().findings.length
console.log(JSON.stringify({ packets, observations, findings }))

/** A pipeline of its own: the same connections again would be repeated packets. */
function read(): void {
  const pipeline = createPipeline({ site: 'bench', sensor: 'bench', capture: 'bench', protocols: PROTOCOLS })
  const shifted: FrameSink = {
    frame(bytes, at, end, wireLength, atUs, linkType) {
      if (atUs < earliest) earliest = atUs
      if (atUs > latest) latest = atUs
      pipeline.frame(bytes, at, end, wireLength, atUs + shift, linkType)
    },
  }
  const reader = new CaptureReader(shifted)
  const file = openSync(path, 'r')
  for (;;) {
    const n = readSync(file, CHUNK, 0, CHUNK.length, null)
    if (n === 0 || !reader.push(CHUNK.subarray(0, n))) break
    apply(pipeline.take())
  }
  reader.finish()
  pipeline.finish()
  apply(pipeline.take())
  packets += pipeline.engine.packets
}

function apply(taken: readonly Observation[]): void {
  for (const observation of taken) {
    site.applyObservation(observation)
    if (++observations % BATCH === 0) findings += site.takeChanges().findings.length
  }
}
