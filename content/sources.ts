/** Reads rule files as people write them: YAML documents with the line of every key. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { RuleSource } from '@isthmus/detect'
import { LineCounter, parseAllDocuments } from 'yaml'

export const DETECTIONS = join(import.meta.dirname, 'detections')

/** Every YAML document under a directory, in the order of their paths. */
export function readRuleSources(directory: string = DETECTIONS): RuleSource[] {
  return filesUnder(directory).flatMap((file) => parseRuleFile(relative(directory, file), readFileSync(file, 'utf8')))
}

/** The documents of one file. A document that is no YAML is passed on as its error: the compiler names it. */
export function parseRuleFile(file: string, text: string): RuleSource[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: true })
  return [...documents].map((document) => {
    const lineOf = (path: readonly (string | number)[]): number | undefined => {
      const node = document.getIn([...path], true) as { range?: [number, number, number] } | undefined
      return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line
    }
    const [error] = document.errors
    if (error === undefined) return { file, document: document.toJS() as unknown, lineOf }
    return { file, document: new SyntaxError(error.message.split('\n')[0]), lineOf: () => error.linePos?.[0].line }
  })
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
