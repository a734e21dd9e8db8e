/** What a pack holds, and what of it could not be used here. */
import { loadContent } from '@isthmus/content'
import { inspectFiles } from '@isthmus/content/inspect-pack'
import { checkRules } from '@isthmus/scanner'
import type { Console } from '../command.ts'
import { harmless } from '../terminal/width.ts'
import { STATUS } from '../usage.ts'
import { openPack } from './open.ts'

export async function checkPack(file: string, keyFile: string, console: Console): Promise<number> {
  const pack = await openPack(file, keyFile)
  const { rules, indicators, yara, problems } = await inspectFiles(loadContent(), pack.files, [], checkRules)
  console.out.write(`${pack.pack} version ${pack.version}, issued ${pack.issued}, signed with ${pack.signature.key}\n`)
  if (pack.about !== '') console.out.write(`${harmless(pack.about)}\n`)
  console.out.write(`${rules.length} rules, ${indicators.length} indicators, ${yara} YARA rules in ${pack.files.length} files\n`)
  for (const { file, line, why } of problems)
    console.err.write(`isthmus: not used: ${harmless(`${file}${line === null ? '' : `:${line}`}: ${why}`)}\n`)
  return problems.length === 0 ? STATUS.ok : STATUS.partly
}
