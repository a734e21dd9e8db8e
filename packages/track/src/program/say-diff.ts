/** What differs, in a sentence: `6 bytes of the code at 0x2a, 4 bytes of the header (code time) at 0x10`. */
import type { ProgramDiff } from './diff.ts'

const MAX_PLACES = 4

export function sayDiff(diff: ProgramDiff): string {
  const { differing, places, changes } = diff
  if (places === 0) return 'nothing differs'
  if (diff.form === 'text') {
    const lines = diff.changes.slice(0, MAX_PLACES).map((change) => change.newAt)
    return `${counted(differing, 'line')} at line ${lines.join(', ')}${places > MAX_PLACES ? ` and ${places - MAX_PLACES} more` : ''}`
  }
  const sums = diff.parts.length > 0 ? diff.parts : places === 1 ? [{ part: '', bytes: differing, at: diff.changes[0]!.newAt }] : []
  if (sums.length === 0) return `${counted(differing, 'byte')} in ${places} places, the first at ${offset(changes[0]!.newAt)}`
  const said = sums.slice(0, MAX_PLACES).map(({ part, bytes, at }) => {
    return `${counted(bytes, 'byte')}${part === '' ? '' : ` of the ${part}`} at ${offset(at)}`
  })
  const rest = sums.slice(MAX_PLACES).reduce((sum, { bytes }) => sum + bytes, 0)
  return `${said.join(', ')}${rest > 0 ? `, ${counted(rest, 'byte')} elsewhere` : ''}`
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
const offset = (at: number): string => `0x${at.toString(16)}`
