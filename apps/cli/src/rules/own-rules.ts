/** Rules of one's own, from files and folders, and how their errors read. */
import { readRuleSources } from '@isthmus/content/sources'
import type { RuleError, RuleSource } from '@isthmus/detect'

export function readOwnRules(paths: readonly string[]): readonly RuleSource[] {
  return paths.flatMap((path): readonly RuleSource[] => {
    try {
      return readRuleSources(path)
    } catch (error) {
      const reason = `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
      return [{ file: path, document: new Error(reason) }]
    }
  })
}

/** `folder/rule.yaml:7: detection.selection.tag: reason`. */
export function errorText({ file, line, path, reason }: RuleError): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${reason}`
}
