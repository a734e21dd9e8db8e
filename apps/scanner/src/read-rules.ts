/** Files and folders of YARA rules, as people name them. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { RuleProblem, RuleSource } from './rule-source.ts'

const EXTENSION = /\.yar(?:a)?$/i
/** Bytes of one file, and files of all folders together. */
const MAX_BYTES = 16 << 20
const MAX_FILES = 10_000

export type ReadRules = { readonly sources: readonly RuleSource[]; readonly problems: readonly RuleProblem[] }

/** @param paths files of any name; of folders, all `.yar` and `.yara` files in and below them, by name */
export async function readRules(paths: readonly string[]): Promise<ReadRules> {
  const sources: RuleSource[] = []
  const problems: RuleProblem[] = []
  const refuse = (file: string, reason: string) => problems.push({ file, line: undefined, rule: undefined, reason })
  for (const path of paths) {
    try {
      const isFolder = (await stat(path)).isDirectory()
      const names = isFolder ? (await readdir(path, { recursive: true })).filter((name) => EXTENSION.test(name)).sort() : []
      if (isFolder && names.length === 0) refuse(path, 'holds no .yar or .yara file')
      for (const file of isFolder ? names.map((name) => join(path, name)) : [path]) {
        if (sources.length >= MAX_FILES) {
          refuse(file, `more than ${MAX_FILES} files`)
          break
        }
        const { size } = await stat(file)
        if (size > MAX_BYTES) refuse(file, `larger than ${MAX_BYTES} bytes`)
        else sources.push({ file: basename(file), text: await readFile(file, 'utf8') })
      }
    } catch (error) {
      refuse(path, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
    }
  }
  return { sources, problems }
}
