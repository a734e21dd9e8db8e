/** What a pack holds, and what of it could not be used here. */
import { loadContent, withRules } from '@isthmus/content'
import type { SignedPack } from '@isthmus/content/pack'
import { parseRuleFile } from '@isthmus/content/sources'
import { readIndicators } from '@isthmus/detect'
import { openScanner } from '@isthmus/scanner'
import type { Console } from '../command.ts'
import { errorText } from '../rules/own-rules.ts'
import { harmless } from '../terminal/width.ts'
import { STATUS } from '../usage.ts'
import { openPack } from './open.ts'

export async function checkPack(file: string, keyFile: string, console: Console): Promise<number> {
  const pack = await openPack(file, keyFile)
  const { rules, indicators, yara, problems } = await inspect(pack)
  console.out.write(`${pack.pack} version ${pack.version}, issued ${pack.issued}, signed with ${pack.signature.key}\n`)
  if (pack.about !== '') console.out.write(`${harmless(pack.about)}\n`)
  console.out.write(`${rules} rules, ${indicators} indicators, ${yara} YARA rules in ${pack.files.length} files\n`)
  for (const problem of problems) console.err.write(`isthmus: not used: ${harmless(problem)}\n`)
  return problems.length === 0 ? STATUS.ok : STATUS.partly
}

type Inspection = { readonly rules: number; readonly indicators: number; readonly yara: number; readonly problems: readonly string[] }

async function inspect({ files }: SignedPack): Promise<Inspection> {
  const of = (wanted: string) => files.filter(({ kind }) => kind === wanted)
  const ours = loadContent()
  const { rules, errors } = withRules(
    ours,
    of('rule').flatMap(({ path, text }) => parseRuleFile(path, text)),
  )
  const lists = of('indicators').map(({ path, text }) => ({ path, ...readIndicators(path, text) }))
  const yara = of('yara')
  const scanner = yara.length === 0 ? undefined : openScanner(yara.map(({ path, text }) => ({ file: path, text })))
  await scanner?.close()
  return {
    rules: rules.filter((rule) => rule.isOwn && rule.generates).length,
    indicators: lists.reduce((sum, list) => sum + list.indicators.length, 0),
    yara: scanner?.count ?? 0,
    problems: [
      ...errors.map(errorText),
      ...lists.flatMap(({ path, refused }) => Object.entries(refused).map(([reason, times]) => `${path}: ${times} times: ${reason}`)),
      ...(scanner?.problems ?? []).map(({ file, line, reason }) => `${file}${line === undefined ? '' : `:${line}`}: ${reason}`),
    ],
  }
}
