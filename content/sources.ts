/** Reads rule files as people write them: YAML documents with the line of every key. Nothing a file holds makes it throw. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { RuleSource } from '@isthmus/detect'
import { type Document, isMap, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'

export const DETECTIONS = join(import.meta.dirname, 'detections')

/** Bytes of one file: the largest of ours has four thousand. */
const MAX_FILE = 1 << 20
/** Documents of one file. */
const MAX_DOCUMENTS = 1000
/** Brackets within one another that a parser is asked to follow. */
const MAX_OPEN = 100

/** Every YAML document under a directory, in the order of their paths; or those of one file. */
export function readRuleSources(path: string = DETECTIONS): RuleSource[] {
  const isFile = statSync(path).isFile()
  const files = isFile ? [path] : filesUnder(path)
  return files.flatMap((file) => readRuleFile(file, isFile ? basename(file) : relative(path, file)))
}

function readRuleFile(path: string, file: string): RuleSource[] {
  try {
    const { size } = statSync(path)
    if (size > MAX_FILE) return [refused(file, tooLarge(size))]
    return parseRuleFile(file, readFileSync(path, 'utf8'))
  } catch (error) {
    return [refused(file, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)]
  }
}

/** The documents of one file. A document that is no YAML is passed on as its error: the compiler names it. */
export function parseRuleFile(file: string, text: string): RuleSource[] {
  if (text.length > MAX_FILE) return [refused(file, tooLarge(text.length))]
  if (opensDeeply(text)) return [refused(file, `more than ${MAX_OPEN} brackets within one another`)]
  const lines = new LineCounter()
  try {
    // The parser compares every key with every other; `repeatedKey` looks each up.
    const documents = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })]
    if (documents.length > MAX_DOCUMENTS) return [refused(file, `${documents.length} documents in one file: at most ${MAX_DOCUMENTS}`)]
    return documents.map((document) => sourceOf(file, document, lines))
  } catch (error) {
    return [refused(file, firstLine(error))]
  }
}

function sourceOf(file: string, document: Document.Parsed, lines: LineCounter): RuleSource {
  const lineOf = (path: readonly (string | number)[]): number | undefined => {
    const node = document.getIn([...path], true) as { range?: [number, number, number] } | undefined
    return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line
  }
  const [error] = document.errors
  if (error !== undefined) return { file, document: new SyntaxError(firstLine(error)), lineOf: () => lines.linePos(error.pos[0]).line }
  const repeated = repeatedKey(document)
  if (repeated !== undefined)
    return { file, document: new Error(`the key "${repeated.key}" is written twice`), lineOf: () => lines.linePos(repeated.at).line }
  try {
    // An anchor that is written out again and again is a bomb: the parser counts, and throws.
    return { file, document: document.toJS({ maxAliasCount: 100 }) as unknown, lineOf }
  } catch (bomb) {
    return { file, document: new Error(firstLine(bomb)), lineOf: () => lineOf([]) }
  }
}

function repeatedKey(document: Document.Parsed): { readonly key: string; readonly at: number } | undefined {
  let found: { key: string; at: number } | undefined
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>()
      for (const { key } of isMap(map) ? map.items : []) {
        const name = isScalar(key) ? String(key.value) : ''
        if (!isScalar(key) || !keys.has(name)) keys.add(name)
        else {
          found = { key: name.slice(0, 80), at: key.range?.[0] ?? 0 }
          return visit.BREAK
        }
      }
      return undefined
    },
  })
  return found
}

/** Brackets as they come, those in texts too: a rule has few of either. */
function opensDeeply(text: string): boolean {
  let open = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '[' || c === '{') open++
    else if ((c === ']' || c === '}') && open > 0) open--
    if (open > MAX_OPEN) return true
  }
  return false
}

function refused(file: string, reason: string): RuleSource {
  return { file, document: new Error(reason), lineOf: () => 1 }
}

function tooLarge(size: number): string {
  return `${size} bytes: a file of rules has at most ${MAX_FILE}`
}

function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0]!
  return /call stack/.test(line) ? 'nested too deeply' : line
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
