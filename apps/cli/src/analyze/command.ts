/** `isthmus analyze`: what captures hold, as a report for people or one JSON document. */
import { once } from 'node:events'
import type { Command, Console } from '../command.ts'
import { duration, several } from '../options.ts'
import { progressOn } from '../terminal/progress.ts'
import { styleOf } from '../terminal/style.ts'
import { countText, grouped } from '../text.ts'
import { STATUS, UsageError } from '../usage.ts'
import { documentText } from './document.ts'
import { JUDGING_OPTIONS, judgingFiles } from './judging.ts'
import { reportText } from './report.ts'
import { analyze as run } from './run.ts'

const ROWS = 25
const MAX_THREADS = 64

export const analyze: Command = {
  options: [
    { name: 'site', short: 's', value: 'NAME', help: 'name of the site the captures are from (default: plant)' },
    { name: 'json', help: 'one JSON document, schema isthmus.analyze/1, instead of the report' },
    {
      name: 'learning',
      value: 'DURATION',
      help: 'how long the site is learnt before "never seen before" means something: 30m, 24h, 14d (default: 0s: nothing is learnt, rules of the engine policy and those on what is new stay silent)',
    },
    {
      name: 'eve',
      value: 'FILE',
      many: true,
      help: 'alerts of Suricata on the same traffic (EVE JSON, a line an event): tied to the conversations they are about, in the same stories',
    },
    {
      name: 'eve-live',
      value: 'PLACE',
      many: true,
      help: 'the same from a Suricata that runs on this traffic now: its file, which is followed, or unix:PATH, a socket to listen on (filetype: unix_stream)',
    },
    ...JUDGING_OPTIONS,
    { name: 'threads', value: 'N', help: 'threads that read a capture file, each its hosts (default: 1)' },
    { name: 'rows', value: 'N', help: `rows of each table of the report (default: ${ROWS}; 0 shows all)` },
  ],
  async run({ values, positionals }, console) {
    if (positionals.length === 0) throw new UsageError('name at least one capture, or - for standard input')
    if (positionals.filter((path) => path === '-').length > 1) throw new UsageError('standard input can be read once')
    const site = values.site ?? 'plant'
    if (typeof site !== 'string' || site.trim() === '' || site.length > 200)
      throw new UsageError('--site wants a name of 1 to 200 characters')
    const learningUs = typeof values.learning === 'string' ? duration('learning', values.learning) : 0
    const rows = typeof values.rows === 'string' ? rowCount(values.rows) : ROWS
    const threads = typeof values.threads === 'string' ? threadCount(values.threads) : 1
    const progress = progressOn(console)
    const stopping = new AbortController()
    // The first Ctrl-C ends the reading, the report of what was read follows; the second ends the process.
    const stop = (): void => stopping.abort()
    process.once('SIGINT', stop)
    const beside = {
      eve: several(values.eve),
      eveLive: several(values['eve-live']),
      ...judgingFiles(values),
    }
    const picture = await run(positionals, { site, learningUs, threads, ...beside, progress: progress.show, signal: stopping.signal })
    process.off('SIGINT', stop)
    progress.clear()
    const pieces = values.json === true ? documentText(picture) : reportText(picture, { rows, style: styleOf(console) })
    await write(console, pieces)
    for (const error of picture.ruleErrors) console.err.write(`isthmus: rule not used: ${error}\n`)
    for (const error of picture.settingErrors) console.err.write(`isthmus: setting not used: ${error}\n`)
    for (const error of picture.decisionErrors) console.err.write(`isthmus: decision not used: ${error}\n`)
    for (const { rule, firings, findings } of picture.noisyRules)
      console.err.write(`isthmus: rule is noisy: ${rule} fired ${grouped(firings)} times, told in ${countText(findings, 'finding')}\n`)
    if (picture.outOfTime > 0)
      console.err.write(`isthmus: indicators seen outside their time of validity, not told: ${picture.outOfTime}\n`)
    const packets = picture.captures.reduce((sum, capture) => sum + capture.packets, 0)
    const isWhole = [...picture.captures, ...picture.sources, ...picture.indicators, ...picture.yara].every(
      ({ problems }) => problems.length === 0,
    )
    return isWhole && picture.settingErrors.length + picture.ruleErrors.length + picture.decisionErrors.length === 0
      ? STATUS.ok
      : packets > 0
        ? STATUS.partly
        : STATUS.nothing
  },
}

/** Slower than the reader of a pipe: memory stays flat. */
async function write(console: Console, pieces: Iterable<string>): Promise<void> {
  let held = ''
  for (const piece of pieces) {
    held += piece
    if (held.length < 1 << 16) continue
    if (!console.out.write(held)) await once(console.out, 'drain')
    held = ''
  }
  if (held !== '' && !console.out.write(held)) await once(console.out, 'drain')
}

function threadCount(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1 || n > MAX_THREADS)
    throw new UsageError(`--threads wants a number from 1 to ${MAX_THREADS}, not "${text}"`)
  return n
}

function rowCount(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 0) throw new UsageError(`--rows wants a whole number from 0, not "${text}"`)
  return n === 0 ? Number.POSITIVE_INFINITY : n
}
