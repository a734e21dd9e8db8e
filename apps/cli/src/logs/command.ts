/** `isthmus logs`: captures → a folder of logs in Zeek's format. */
import { mkdir } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { countText, problemLines } from '../text.ts'
import { STATUS, UsageError } from '../usage.ts'
import { LogFolder } from './log-folder.ts'
import { writeLogs } from './write-logs.ts'

export const logs: Command = {
  options: [
    { name: 'out', short: 'o', value: 'DIR', help: 'folder for the logs; made when absent, logs in it of the same name are replaced' },
    { name: 'quiet', short: 'q', help: 'say nothing but problems' },
  ],
  async run(parsed, console) {
    const folder = parsed.values.out
    if (parsed.positionals.length === 0) throw new UsageError('name at least one capture')
    if (typeof folder !== 'string') throw new UsageError('say where the logs go: --out DIR')
    try {
      await mkdir(folder, { recursive: true })
    } catch (error) {
      throw new UsageError(`cannot make ${folder}: ${(error as Error).message}`)
    }
    const target = new LogFolder(folder)
    const outcomes = await writeLogs(parsed.positionals, target)
    for (const line of problemLines(outcomes)) console.err.write(`${line}\n`)
    if (parsed.values.quiet !== true) for (const [name, rows] of target.rows) console.out.write(`${name}.log  ${countText(rows, 'row')}\n`)
    const packets = outcomes.reduce((sum, o) => sum + o.packets, 0)
    const isWhole = outcomes.every((o) => o.problems.length === 0)
    return isWhole ? STATUS.ok : packets > 0 ? STATUS.partly : STATUS.nothing
  },
}
