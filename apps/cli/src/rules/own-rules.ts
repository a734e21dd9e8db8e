/** Rules of one's own, from files and folders, and how their errors read. */
import type { RuleError, RuleSource } from '@isthmus/detect'

export async function readOwnRules(paths: readonly string[]): Promise<readonly RuleSource[]> {
  if (paths.length === 0) return []
  // The parser is loaded by who brings rules.
  const { readRuleSources } = await import('@isthmus/content/sources')
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
