/** A file of settings or decisions: YAML, which JSON is too. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'

/** The one document of the file, an error where it is no YAML; or why it was not read. `what` is what it should hold: `settings`. */
export async function readDocument(
  path: string,
  maxBytes: number,
  what: string,
): Promise<{ readonly document: unknown } | { readonly reason: string }> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) return { reason: `larger than ${maxBytes} bytes` }
    // The parser is loaded by who gives such a file. It is that of rules: nothing a file holds does harm.
    const { parseRuleFile } = await import('@isthmus/content/sources')
    const [source, ...more] = parseRuleFile(basename(path), await readFile(path, 'utf8'))
    return more.length > 0 ? { reason: `${what} are one document, not ${more.length + 1}` } : { document: source?.document }
  } catch (error) {
    return { reason: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` }
  }
}
