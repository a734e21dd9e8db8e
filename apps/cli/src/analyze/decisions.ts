/** Files of authorised changes and of suppressions, and what of them cannot be used. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseRuleFile } from '@isthmus/content/sources'
import { type Controls, type ReadDecisions, readChanges, readSuppressions } from '@isthmus/respond'

export type Decisions = {
  readonly controls: Controls
  /** What was not used, a line each. */
  readonly problems: readonly string[]
}

/** Bytes: thousands of orders are a tenth of it. */
const MAX_FILE = 16 << 20

export async function readDecisions(changes: readonly string[], suppressions: readonly string[], site: string): Promise<Decisions> {
  const read = [
    await Promise.all(changes.map((path) => readOne(path, (document) => readChanges(document, site)))),
    await Promise.all(suppressions.map((path) => readOne(path, (document) => readSuppressions(document, site)))),
  ] as const
  return {
    controls: { changes: read[0].flatMap(({ items }) => items), suppressions: read[1].flatMap(({ items }) => items) },
    problems: read.flatMap((files) => files.flatMap(({ errors }) => errors)),
  }
}

async function readOne<T>(path: string, read: (document: unknown) => ReadDecisions<T>): Promise<ReadDecisions<T>> {
  const file = basename(path)
  const unread = (reason: string) => ({ items: [], errors: [`${file}: ${reason}`] })
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE) return unread(`larger than ${MAX_FILE} bytes`)
    // JSON is YAML; rule files are parsed so that nothing they hold does harm.
    const [source, ...more] = parseRuleFile(file, await readFile(path, 'utf8'))
    if (more.length > 0) return unread(`decisions are one document, not ${more.length + 1}`)
    if (source?.document instanceof Error) return unread(`this is no YAML: ${source.document.message}`)
    const { items, errors } = read(source?.document)
    return { items, errors: errors.map((error) => `${file}: ${error}`) }
  } catch (error) {
    return unread(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
}
