/** Fills a rule's sentences with what is known of this finding. */
import { type Finding, microsOf } from '@isthmus/model'
import { describe, type Ends, nameOf } from './host.ts'
import { showTime } from './time.ts'

/** A placeholder that nothing fills reads as a plain word, never as braces or `undefined`. */
const UNKNOWN = 'unknown'
/** What a sentence says of a fraction; the finding's fields have all of it. */
const DIGITS = 6
/** As findings tell a moment: see `isoTime`. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

/** `introduces`: an end is described where the line names it first. */
export function fill(line: string, finding: Finding, ends: Ends, introduces = false): string {
  const named = new Set<string>()
  return line.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const isFirstMention = introduces && !named.has(name)
    named.add(name)
    return wordFor(name, finding, ends, isFirstMention)
  })
}

function wordFor(name: string, finding: Finding, { client, server }: Ends, isFirstMention: boolean): string {
  switch (name) {
    case 'client':
      return isFirstMention ? describe(client, finding.client) : nameOf(client, finding.client)
    case 'server':
      return isFirstMention ? describe(server, finding.server) : nameOf(server, finding.server)
    case 'at':
      return showTime(finding.at)
    case 'first':
      return showTime(finding.first)
    case 'count':
      return String(finding.count)
    case 'user':
      return finding.user ?? UNKNOWN
    case 'protocol':
      return finding.protocol
    default:
      return shown(finding.fields[name])
  }
}

function shown(value: string | number | boolean | undefined): string {
  if (value === undefined || value === '') return UNKNOWN
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)))
  const at = MOMENT.test(value) ? microsOf(value) : undefined
  return at === undefined ? value : showTime(at)
}
