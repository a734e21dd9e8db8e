/** A rule's words for people: our custom keys `why`, `triage`, `procedure`. */
import type { Finding, Wording } from '@isthmus/model'
import { isMap, Refused, text, texts } from './refused.ts'

export function readWording(doc: Record<string, unknown>, rule: string, engine: Finding['engine']): Wording {
  const why = doc.why ?? {}
  if (!isMap(why)) throw new Refused(['why'], 'why is a map with what, means, check-first and do-not')
  const title = text(doc, 'title')
  return {
    rule,
    engine,
    title,
    what: typeof why.what === 'string' ? why.what.trim() : title,
    means: typeof why.means === 'string' ? why.means.trim() : '',
    checkFirst: texts(why, 'check-first', ['why']),
    doNot: texts(why, 'do-not', ['why']),
    triage: texts(doc, 'triage'),
    procedure: typeof doc.procedure === 'string' ? doc.procedure : undefined,
  }
}

/** What a finding says by itself, in every sentence. */
export const SAID: ReadonlySet<string> = new Set(['client', 'server', 'at', 'first', 'count', 'user', 'protocol'])

/** The names in braces in all the lines of a wording. */
export function placeholdersOf(wording: Wording): readonly string[] {
  const lines = [wording.what, wording.means, ...wording.checkFirst, ...wording.doNot, ...wording.triage]
  return [...new Set(lines.flatMap((line) => [...line.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!)))]
}
