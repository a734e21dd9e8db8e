/** `isthmus replay`: does a slice of evidence raise its alert again, with the rules that are here? */
import { basename } from 'node:path'
import { vendorOf } from '@isthmus/content/vendors'
import { observeSlice, readSlice, type SliceFrame } from '@isthmus/sensor'
import { createReplay, type Manifest, readManifest, type Verdict } from '@isthmus/site'
import { JUDGING_OPTIONS, judgingFiles } from '../analyze/judging.ts'
import type { Command } from '../command.ts'
import { LEVEL_TONES, type Style, styleOf } from '../terminal/style.ts'
import { countText, grouped, timeText } from '../text.ts'
import { STATUS, UsageError } from '../usage.ts'
import { type Given, readGiven } from './given.ts'

export const replay: Command = {
  options: JUDGING_OPTIONS,
  async run({ values, positionals }, console) {
    const [path] = positionals
    if (path === undefined || positionals.length > 1) throw new UsageError('name one slice: a file that an alert’s evidence was saved to')
    const { frames, manifest: json, problems } = await readSlice(path)
    for (const p of problems) console.err.write(`isthmus: byte ${grouped(p.offset)}: ${p.reason}\n`)
    const manifest = readManifest(json, frames.length)
    if (typeof manifest === 'string') {
      console.err.write(`isthmus: ${basename(path)}: ${manifest}\n`)
      return STATUS.nothing
    }
    const given = await readGiven(manifest, judgingFiles(values))
    const verdict = given && played(given, frames)
    await given?.close()
    for (const problem of given?.problems ?? []) console.err.write(`isthmus: ${problem}\n`)
    if (given === undefined || verdict === undefined) {
      console.err.write(`isthmus: ${basename(path)}: its evidence is damaged\n`)
      return STATUS.nothing
    }
    console.out.write(`${[...about(manifest, frames.length, styleOf(console)), ...said(verdict, styleOf(console))].join('\n')}\n`)
    return verdict.same && given.problems.length === 0 ? STATUS.ok : STATUS.partly
  },
}

/** Undefined where the evidence says what no site ever told: it is anybody's, down to each observation in it. */
function played({ manifest, content, indicators, scanFile }: Given, frames: readonly SliceFrame[]): Verdict | undefined {
  try {
    const again = createReplay(manifest, { rules: content.rules, content, vendorOf, indicators })
    for (const observations of observeSlice(manifest.site, manifest.captures, frames, scanFile))
      for (const one of observations) again.take(one)
    return again.verdict()
  } catch {
    return undefined
  }
}

/** Text of the slice is anybody's: what could steer a terminal is left out. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 400)

function about({ alert, rules, captures, reach, left }: Manifest, packets: number, style: Style): string[] {
  const tones = LEVEL_TONES[alert.level] ?? []
  const lines = [
    `${style.paint(plain(alert.title), 'bold')}  ${style.paint(plain(alert.level), ...tones)}  score ${alert.score}`,
    `${plain(alert.id)}, ${timeText(alert.firstAt)} UTC`,
    '',
    ...rules.map(({ name, version }) => `rule     ${plain(name)}, version ${plain(version)}`),
    ...captures.map(({ name, title }) => `capture  ${plain(title || name)}`),
    `packets  ${grouped(packets)}, ${REACH.get(reach) ?? plain(reach)}`,
  ]
  if (left.packets > 0) lines.push(`left out ${countText(left.packets, 'packet')}: there was no room for more`)
  return [...lines, '']
}

const REACH: ReadonlyMap<string, string> = new Map([
  ['conversations', 'the conversations of its findings from their first packet on'],
  ['pairs', 'all that the same pairs of hosts said since the capture began'],
  ['hosts', 'all that its hosts said since the capture began'],
  ['everything', 'everything since the capture began'],
])

function said({ same, differences, alert }: Verdict, style: Style): string[] {
  if (same) return [style.paint('The same alert is raised: rules, versions, hosts, level, techniques, score and id.', 'green')]
  return [
    style.paint(alert === undefined ? 'The alert is not raised:' : 'The alert is not the same:', 'yellow'),
    ...differences.map((line) => `  ${plain(line)}`),
  ]
}
