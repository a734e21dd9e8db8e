/** A file of detection settings, and the content as it says. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Content, withSettings } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { readSettings } from '@isthmus/detect'

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
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE) return { content, problems: [`${file}: larger than ${MAX_FILE} bytes`] }
    // JSON is YAML; rule files are parsed so that nothing they hold does harm.
    const [source, ...more] = parseRuleFile(file, await readFile(path, 'utf8'))
    if (more.length > 0) return { content, problems: [`${file}: settings are one document, not ${more.length + 1}`] }
    const { settings, errors } = readSettings(source?.document, content.catalogue)
    const problems = errors.map((error) => `${file}: ${error.path === '' ? '' : `${error.path}: `}${error.reason}`)
    return { content: withSettings(content, settings), problems }
  } catch (error) {
    return { content, problems: [`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`] }
  }
}
