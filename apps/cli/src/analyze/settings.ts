/** A file of detection settings, and the content as it says. */
import { basename } from 'node:path'
import { type Content, withSettings } from '@isthmus/content'
import { readSettings } from '@isthmus/detect'
import { readDocument } from './read-document.ts'

export type Set = {
  readonly content: Content
  /** What was not used, a line each. */
  readonly problems: readonly string[]
}

/** Bytes: every rule with every threshold is a tenth of it. */
const MAX_FILE = 1 << 20

export async function setAs(content: Content, path: string | undefined): Promise<Set> {
  if (path === undefined) return { content, problems: [] }
  const file = basename(path)
  const read = await readDocument(path, MAX_FILE, 'settings')
  if ('reason' in read) return { content, problems: [`${file}: ${read.reason}`] }
  const { settings, errors } = readSettings(read.document, content.catalogue)
  const problems = errors.map((error) => `${file}: ${error.path === '' ? '' : `${error.path}: `}${error.reason}`)
  return { content: withSettings(content, settings), problems }
}
