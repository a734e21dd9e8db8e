/** Reads one capture in as many threads as told, each its hosts, and prints the wall-clock seconds from the threads' start to the last one's end. */
import { Worker } from 'node:worker_threads'
import '../../apps/cli/bin/short-run.js'
import type { FromPart, PartData, ToPart } from '../../apps/sensor/src/part-worker.ts'

const path = process.argv[2]!
const of = Number(process.argv[3])
const started = performance.now()
await Promise.all(
  Array.from({ length: of }, (_, index) =>
    part({ path, name: 'bench', site: 'bench', sensor: 'bench', maxUnpacked: undefined, index, of }),
  ),
)
console.log(JSON.stringify({ wall: (performance.now() - started) / 1000 }))

/** What it says stays text, as on its way into a spool. */
function part(data: PartData): Promise<void> {
  const worker = new Worker(new URL('../../apps/sensor/src/part-worker.ts', import.meta.url), { workerData: data })
  return new Promise((done, fail) => {
    worker.on('message', (_: FromPart) => worker.postMessage('more' satisfies ToPart))
    worker.on('error', fail)
    worker.on('exit', () => done())
  })
}
