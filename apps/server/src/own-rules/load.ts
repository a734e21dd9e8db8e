/** The content in force at a site that has rules of its own. Runs where folds run: off the server's event loop. */
import { type Content, withRules } from '@isthmus/content'
import type { Tx } from '../database/connect.ts'
import { contentInForce } from '../ingest/content.ts'
import { sourcesOf } from './check.ts'
import { textsInForce } from './own-rules.store.ts'

/** Undefined where there are none. What a text does not say right was told when it was written, and stops nothing. */
export async function loadOwnRules(tx: Tx, site: string): Promise<Content | undefined> {
  const texts = await textsInForce(tx, site)
  if (texts.length === 0) return undefined
  return withRules(contentInForce(), texts.flatMap(sourcesOf))
}
