/** A rule's words for people: our custom keys `why`, `triage`, `procedure`. */
import type { Finding, Wording } from '@isthmus/model'
import { isMap, Refused, text, texts, timespan } from './refused.ts'
import { sayTimespan } from './settings/threshold.ts'

export function readWording(doc: Record<string, unknown>, rule: string, engine: Finding['engine']): Wording {
  const why = doc.why ?? {}
  if (!isMap(why)) throw new Refused(['why'], 'why is a map with what, means, check-first and do-not')
  const title = text(doc, 'title')
  const [key, timed] = Object.entries({ correlation: doc.correlation, many_new: doc.many_new }).find(([, map]) => isMap(map)) ?? ['', {}]
  const span = isMap(timed) ? timed.timespan : undefined
  const within = span === undefined ? undefined : sayTimespan(timespan(span, [key, 'timespan']))
  // A setting may change the time: a sentence says the one in force.
  const say = (line: string) => (within === undefined ? line : line.replaceAll('{timespan}', within))
  return {
    rule,
    engine,
    title,
    what: typeof why.what === 'string' ? say(why.what.trim()) : title,
    means: typeof why.means === 'string' ? say(why.means.trim()) : '',
    checkFirst: texts(why, 'check-first', ['why']).map(say),
    doNot: texts(why, 'do-not', ['why']).map(say),
    triage: texts(doc, 'triage').map(say),
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
