/** The content a fold works with, read once a process. */
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import { LEARNING_DEFAULTS } from '@isthmus/detect'
import type { FoldOptions } from './fold.ts'

/** Learns as published where a site has no times of its own; `learningUs` instead: for so long, then at once operational. */
export function loadFoldOptions(learningUs?: number): FoldOptions {
  const content = loadContent()
  const learning = learningUs === undefined ? LEARNING_DEFAULTS : undefined
  return { rules: content.rules, learningUs: learningUs ?? LEARNING_DEFAULTS.siteUs, learning, content, vendorOf }
}
