/** Files of authorised changes and of suppressions, and what of them cannot be used. */
import { basename } from 'node:path'
import { type Controls, type ReadDecisions, readChanges, readSuppressions } from '@isthmus/respond'
import { readDocument } from './read-document.ts'

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
  const given = await readDocument(path, MAX_FILE, 'decisions')
  if ('reason' in given) return unread(given.reason)
  if (given.document instanceof Error) return unread(`this is no YAML: ${given.document.message}`)
  const { items, errors } = read(given.document)
  return { items, errors: errors.map((error) => `${file}: ${error}`) }
}
