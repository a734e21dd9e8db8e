/** The content a fold works with, read once a process. */
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import type { FoldOptions } from './fold.ts'

export function loadFoldOptions(learningUs = 0): FoldOptions {
  const content = loadContent()
  return { rules: content.rules, learningUs, content, vendorOf }
}
