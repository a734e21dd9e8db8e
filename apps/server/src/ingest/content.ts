/** The content a fold works with, read once a process. */
import { type Content, loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import { LEARNING_DEFAULTS } from '@isthmus/detect'
import type { FoldOptions } from './fold.ts'

let loaded: Content | undefined

/** As published, before anybody sets anything of it. */
export function contentInForce(): Content {
  loaded ??= loadContent()
  return loaded
}

/** Learns as published where a site has no times of its own; `learningUs` instead: for so long, then at once operational. */
export function loadFoldOptions(learningUs?: number): FoldOptions {
  const content = contentInForce()
  const learning = learningUs === undefined ? LEARNING_DEFAULTS : undefined
  return { rules: content.rules, learningUs: learningUs ?? LEARNING_DEFAULTS.siteUs, learning, content, vendorOf }
}
