/** Runs one capture through the sensor half and prints packets, CPU seconds of the whole process and peak memory. */
import { existsSync, openSync, readFileSync, readSync } from 'node:fs'
import '../../apps/cli/bin/short-run.js'
import '../../apps/sensor/src/native-hash.ts'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { CaptureReader } from '@isthmus/wire'

const pipeline = createPipeline({ site: 'bench', sensor: 'bench', capture: 'bench', protocols: PROTOCOLS })
const reader = new CaptureReader(pipeline)
const file = openSync(process.argv[2]!, 'r')
const chunk = new Uint8Array(1 << 20)
let observations = 0
for (;;) {
  const n = readSync(file, chunk, 0, chunk.length, null)
  if (n === 0 || !reader.push(chunk.subarray(0, n))) break
  if (pipeline.waitingObservations > 2000) observations += pipeline.take().length
}
reader.finish()
pipeline.finish()
observations += pipeline.take().length
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    packets: pipeline.engine.packets,
    observations,
    cpu: (user + system) / 1e6,
    rss: peak(),
  }),
)

/** Bytes resident at most. On Linux `maxRSS` starts at what the parent had when it forked: the kernel's own mark does not. */
function peak(): number {
  const status = '/proc/self/status'
  const said = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8')) : null
  return (said === null ? process.resourceUsage().maxRSS : Number(said[1])) * 1024
}
