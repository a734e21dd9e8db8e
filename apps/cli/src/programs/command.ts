/** `isthmus programs`: sections of controllers' programs that captures show being moved, and what differs between their versions. */
import type { ProgramSection } from '@isthmus/model'
import { analyzeCaptures } from '@isthmus/sensor'
import { createTracker } from '@isthmus/track'
import type { Command } from '../command.ts'
import { styleOf } from '../terminal/style.ts'
import { countText, natural, problemLines } from '../text.ts'
import { STATUS, UsageError } from '../usage.ts'
import { changesOf } from './change-list.ts'
import { Contents } from './contents.ts'
import { programText } from './program-text.ts'

const SITE = 'capture'

export const programs: Command = {
  options: [
    { name: 'section', short: 's', value: 'NAME', help: 'only sections of this name' },
    { name: 'changed', help: 'only sections that became another, or were edited' },
  ],
  async run({ values, positionals }, console) {
    if (positionals.length === 0) throw new UsageError('name a capture')
    const tracker = createTracker(SITE)
    const contents = new Contents()
    const analysis = analyzeCaptures(positionals, { site: SITE, sensor: 'programs' })
    for await (const { observations } of analysis.batches) {
      for (const observation of observations) tracker.apply(observation)
      contents.take(tracker.takeContents())
      // Nobody draws curves here.
      tracker.takeSamples()
    }
    const all = [...tracker.programs.values()].sort(byPlace)
    const isMeant = (section: ProgramSection): boolean =>
      (values.section === undefined || section.section === values.section) && (values.changed !== true || changesOf(section).length > 0)
    const shown = all.filter(isMeant)
    const style = styleOf(console)
    for (const section of shown) console.out.write(`${programText(section, contents, style).join('\n')}\n\n`)
    const changed = all.filter((section) => changesOf(section).length > 0).length
    console.out.write(`${changed} of ${countText(all.length, 'section')} changed\n`)
    for (const line of problemLines(analysis.outcomes)) console.err.write(`${line}\n`)
    if (contents.left > 0) console.err.write(`isthmus: ${countText(contents.left, 'content')} found no room and cannot be compared\n`)
    const isRead = analysis.outcomes.some(({ packets }) => packets > 0)
    return !isRead ? STATUS.nothing : analysis.outcomes.every(({ problems }) => problems.length === 0) ? STATUS.ok : STATUS.partly
  },
}

function byPlace(a: ProgramSection, b: ProgramSection): number {
  return natural(a.server, b.server) || natural(a.section, b.section)
}
