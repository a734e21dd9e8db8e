/** Files given beside a slice: they take the place of what it carries of that kind. */
import { type Content, loadContent, withRules, withSettings } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { readSettings } from '@isthmus/detect'
import type { ScanFile } from '@isthmus/protocols'
import { filesAgain } from '@isthmus/sensor'
import type { Manifest, ReplayOptions } from '@isthmus/site'
import { readDecisions } from '../analyze/decisions.ts'
import type { JudgingFiles } from '../analyze/judging.ts'
import { indicatorProblems, readKnown } from '../analyze/known.ts'
import { setAs } from '../analyze/settings.ts'
import { openYara, yaraProblems } from '../analyze/yara.ts'
import { errorText, readOwnRules } from '../rules/own-rules.ts'

export type Given = {
  readonly manifest: Manifest
  readonly content: Content
  readonly indicators: ReplayOptions['indicators']
  /** Looks into files: with the rules given, else what the site's rules found is found again. */
  readonly scanFile: ScanFile | undefined
  /** What could not be used of the files, a line each; of what the slice carries nothing is said. */
  readonly problems: readonly string[]
  close(): Promise<void>
}

/** Undefined where the slice carries what no site had: it is anybody's. */
export async function readGiven(slice: Manifest, files: JudgingFiles): Promise<Given | undefined> {
  const judged = await contentFor(slice, files).catch(() => undefined)
  if (judged === undefined) return undefined
  const { content, problems: unused } = judged
  const known = files.indicators.length === 0 ? undefined : await readKnown(files.indicators)
  const { controls, problems: undecided } = await readDecisions(files.changes, files.suppressions, slice.site)
  const yara = await openYara(files.yara)
  return {
    manifest: {
      ...slice,
      // Files are looked into anew: what the site's rules found in them does not count.
      matched: files.yara.length === 0 ? slice.matched : [],
      controls: {
        changes: files.changes.length === 0 ? slice.controls.changes : controls.changes,
        suppressions: files.suppressions.length === 0 ? slice.controls.suppressions : controls.suppressions,
      },
    },
    content,
    indicators: known?.indicators,
    scanFile: files.yara.length === 0 ? filesAgain(slice.matched) : yara.scanFile,
    problems: [...unused, ...(known?.outcomes.flatMap(indicatorProblems) ?? []), ...yara.outcomes().flatMap(yaraProblems), ...undecided],
    close: yara.close,
  }
}

/** The rules that are here, with those and what was set at the site of the slice. Of two rules of one name the one given holds. */
async function contentFor(
  { content: { texts, settings } }: Manifest,
  files: JudgingFiles,
): Promise<{ content: Content; problems: string[] }> {
  const given = await readOwnRules(files.rules)
  const own = texts.flatMap((text, i) => parseRuleFile(`rules of the slice, ${i + 1}`, text))
  const usual = withRules(loadContent(), [...given, ...own])
  const theirs = new Set(given.map(({ file }) => file))
  const unused = usual.errors.filter(({ file }) => theirs.has(file)).map((error) => `rule not used: ${errorText(error)}`)
  if (files.settings === undefined) {
    const content = settings === null ? usual : withSettings(usual, readSettings(settings, usual.catalogue).settings)
    return { content, problems: unused }
  }
  const { content, problems } = await setAs(usual, files.settings)
  return { content, problems: [...unused, ...problems.map((problem) => `setting not used: ${problem}`)] }
}
