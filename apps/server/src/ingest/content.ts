/** The content a fold works with, read once a process. */
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import type { FoldOptions } from './fold.ts'

/** Event time in which "never seen before" means nothing yet: a short capture must not alarm about everything in it. */
const LEARNING_US = 60 * 60_000_000

export function loadFoldOptions(learningUs = LEARNING_US): FoldOptions {
  const content = loadContent()
  return { rules: content.rules, learningUs, content, vendorOf }
}
