/** The picture as a report for a terminal: what is there, who talks, what was done, what is wrong, what was not understood. */
import type { Style } from '../terminal/style.ts'
import { fit, harmless, wrap } from '../terminal/width.ts'
import { countText, durationText, grouped, sizeText, timeText } from '../text.ts'
import { type IndicatorOutcome, indicatorProblems } from './known.ts'
import type { Picture } from './run.ts'
import { assetSection } from './sections/assets.ts'
import { conversationSection } from './sections/conversations.ts'
import { coverageSection } from './sections/coverage.ts'
import { decisionSection } from './sections/decisions.ts'
import { findingSection } from './sections/findings.ts'
import { incidentSection } from './sections/incidents.ts'
import { operationSection } from './sections/operations.ts'
import { programSection } from './sections/programs.ts'
import { tagSection } from './sections/tags.ts'
import type { SourceOutcome } from './sources.ts'
import { type YaraOutcome, yaraProblems } from './yara.ts'

export type ReportOptions = { readonly rows: number; readonly style: Style }

/** One part of the report; undefined when it has nothing to say. */
export type Section = { readonly title: string; readonly count: number; readonly lines: readonly string[]; readonly hidden: number }

const SECTIONS = [
  assetSection,
  conversationSection,
  operationSection,
  programSection,
  tagSection,
  findingSection,
  incidentSection,
  decisionSection,
  coverageSection,
] as const

export function* reportText(picture: Picture, options: ReportOptions): Generator<string> {
  const { style } = options
  yield* lines(heading(picture, style))
  for (const make of SECTIONS) {
    const section = make(picture, options)
    if (section === undefined) continue
    yield `\n${style.paint(section.title, 'bold')} ${style.paint(grouped(section.count), 'dim')}\n`
    yield* lines(section.lines)
    if (section.hidden > 0) yield `${style.paint(`  … ${grouped(section.hidden)} more: --rows 0 or --json shows all`, 'dim')}\n`
  }
  yield* lines(problems(picture, style))
}

function* lines(texts: readonly string[]): Generator<string> {
  for (const text of texts) yield `${text}\n`
}

function heading(picture: Picture, style: Style): string[] {
  const out = [style.paint(`Isthmus · ${harmless(picture.site)}`, 'bold')]
  for (const c of picture.captures) {
    const span =
      c.firstAt === undefined || c.lastAt === undefined ? 'no packets' : `${timeText(c.firstAt)} UTC, ${durationText(c.lastAt - c.firstAt)}`
    const name = fit(harmless(c.capture), Math.max(20, style.width - 70))
    out.push(`${name}  ${style.paint(`${countText(c.packets, 'packet')}, ${sizeText(c.bytes)}, ${span}`, 'dim')}`)
  }
  for (const s of picture.sources) out.push(`${harmless(s.file)}  ${style.paint(sourceText(s), 'dim')}`)
  for (const s of picture.indicators) out.push(`${harmless(s.file)}  ${style.paint(indicatorText(s), 'dim')}`)
  for (const s of picture.yara) out.push(`YARA  ${style.paint(yaraText(s), 'dim')}`)
  const worst = picture.incidents[0]
  const parts = [
    countText(picture.assets.length, 'asset'),
    countText(picture.sessions.length, 'conversation'),
    countText(picture.operations.length, 'operation'),
    countText(picture.findings.length, 'finding'),
    countText(picture.alerts.length, 'alert'),
    countText(picture.incidents.length, 'incident'),
  ]
  // No break within `12 assets`: wrapping happens between the parts.
  out.push(
    '',
    ...wrap(parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · '), style.width).map((line) => line.replaceAll('\u00a0', ' ')),
  )
  if (worst !== undefined)
    out.push(...wrap(`Look at first: ${harmless(worst.title)}`, style.width).map((line) => style.paint(line, 'bold')))
  return out
}

function sourceText({ product, read, used, untied, refused }: SourceOutcome): string {
  const parts = [`${product}: ${countText(used, 'alert')} of ${countText(read, 'event')}`]
  if (untied > 0) parts.push(`${grouped(untied)} about no conversation of the captures`)
  for (const [reason, n] of Object.entries(refused)) parts.push(`${grouped(n)} refused: ${reason}`)
  return parts.join(', ')
}

function indicatorText({ format, read, used, refused, skipped }: IndicatorOutcome): string {
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
  const parts = [`${format}: ${countText(used, 'indicator')} of ${countText(read, 'entry', 'entries')}`]
  if (sum(refused) > 0) parts.push(`${grouped(sum(refused))} reasons why something is not looked for`)
  for (const [reason, n] of Object.entries(skipped)) parts.push(`${grouped(n)} ${reason}`)
  return parts.join(', ')
}

function yaraText({ files, used, scanned, matched, problems }: YaraOutcome): string {
  const parts = [
    `${countText(used, 'rule')} of ${countText(files, 'file')}`,
    `${countText(scanned, 'file')} scanned, ${grouped(matched)} matched`,
  ]
  if (problems.length > 0) parts.push(countText(problems.length, 'problem'))
  return parts.join(', ')
}

function problems(picture: Picture, style: Style): string[] {
  const read = picture.captures.flatMap((c) =>
    c.problems.map((p) => `  ${harmless(c.capture)}: byte ${grouped(p.offset)}: ${harmless(p.reason)}`),
  )
  const beside = picture.sources.flatMap((s) =>
    s.problems.map((p) => `  ${harmless(s.file)}: ${p.line > 0 ? `line ${grouped(p.line)}: ` : ''}${p.reason}`),
  )
  const unused = picture.indicators.flatMap(indicatorProblems).map((line) => `  ${line}`)
  const broken = picture.yara.flatMap(yaraProblems).map((line) => `  ${line}`)
  const full = Object.entries(picture.refused).map(
    ([what, n]) => `  ${what}: ${countText(n, 'entry', 'entries')} beyond the bound of memory not kept`,
  )
  const all = [...read, ...beside, ...unused, ...broken, ...full]
  return all.length === 0 ? [] : ['', `${style.paint('Problems', 'bold', 'red')} ${style.paint(grouped(all.length), 'dim')}`, ...all]
}
