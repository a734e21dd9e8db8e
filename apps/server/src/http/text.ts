/** Text the database and the logs can hold: no NUL, no half of a surrogate pair. Checked once, for everything a request says. */
import type { Detail } from './refusal.ts'

const NOT_TEXT = /\0|\p{Cs}/u
const WHY = 'holds a character that is no text (NUL, or half of a surrogate pair)'
/** More problems than this are not listed. */
const MAX_DETAILS = 20

export const isText = (value: string): boolean => !NOT_TEXT.test(value)

/** Every string in `value`, keys of objects included, that is no text. Walks without recursion: a body may be deep. */
export function badTexts(prefix: string, value: unknown): Detail[] {
  const found: Detail[] = []
  const waiting: [field: string, value: unknown][] = [[prefix, value]]
  for (let next = waiting.pop(); next !== undefined && found.length < MAX_DETAILS; next = waiting.pop()) {
    const [field, inner] = next
    if (typeof inner === 'string' && !isText(inner)) found.push({ field: field || 'body', why: WHY })
    if (typeof inner !== 'object' || inner === null) continue
    for (const [key, child] of Object.entries(inner)) {
      if (isText(key)) waiting.push([field === '' ? key : `${field}.${key}`, child])
      else found.push({ field: field || 'body', why: `a name in it ${WHY}` })
    }
  }
  return found
}
