/**
 * Keeps a long run's memory flat. V8 lets garbage pile up while there is room on the machine; here what is resident
 * matters more than the last percent of speed, so above a mark it is asked to tidy up.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MARK = 240_000_000
/** What it must have grown by before tidying up is worth its time again. */
const GROWTH = 50_000_000

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

/** @returns to be called often; costs a look at the process's size */
export function memoryCeiling(): () => void {
  let collect: Collect | undefined
  let left = 0
  return () => {
    const resident = process.memoryUsage.rss()
    if (resident < MARK || resident < left + GROWTH) return
    if (collect === undefined) {
      setFlagsFromString('--expose-gc')
      collect = runInNewContext('gc') as Collect
    }
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    left = process.memoryUsage.rss()
  }
}
