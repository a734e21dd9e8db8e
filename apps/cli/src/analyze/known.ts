/** Files of indicators, and what became of them. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createIndicators, type IndicatorFile, type IndicatorRefusal, type Indicators, readIndicators } from '@isthmus/detect'
import { harmless } from '../terminal/width.ts'

export type IndicatorOutcome = {
  readonly file: string
  readonly format: IndicatorFile['format']
  readonly read: number
  readonly used: number
  readonly skipped: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  /** What is not looked for, or only in part: the first ones, with the pattern. */
  readonly problems: readonly IndicatorRefusal[]
}

export type Known = {
  readonly indicators: Indicators
  readonly outcomes: readonly IndicatorOutcome[]
  /** What bounds kept out, by name. */
  refused(): Readonly<Record<string, number>>
}

/** What is not looked for, a line each. */
export function indicatorProblems({ file, problems }: IndicatorOutcome): string[] {
  return problems.map(({ id, reason, pattern }) => [file, id, 'not looked for', reason, pattern].map(harmless).join(': '))
}

/** Bytes of one file: it is read as one text. */
const MAX_FILE = 256 << 20

export async function readKnown(paths: readonly string[]): Promise<Known> {
  const files = await Promise.all(paths.map(readOne))
  const indicators = createIndicators(files.flatMap((file) => file.indicators))
  return {
    indicators,
    outcomes: files.map(({ indicators, examples, ...counts }, i) => ({
      file: basename(paths[i]!),
      used: indicators.length,
      problems: examples,
      ...counts,
    })),
    refused: () => (indicators.crowded > 0 ? { 'indicators of one value': indicators.crowded } : {}),
  }
}

async function readOne(path: string): Promise<IndicatorFile> {
  const file = basename(path)
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE) return unread(file, `larger than ${MAX_FILE} bytes`)
    return readIndicators(file, await readFile(path, 'utf8'))
  } catch (error) {
    return unread(file, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
}

function unread(file: string, reason: string): IndicatorFile {
  return {
    format: 'unknown',
    indicators: [],
    read: 0,
    skipped: {},
    refused: { [reason]: 1 },
    examples: [{ id: file, pattern: '', reason }],
  }
}
