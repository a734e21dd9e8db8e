/** Text inside blocks whose layout is the maker's own. */
import { byteText } from '../byte-text.ts'

/** Latin-1 without the blanks and NULs that pad names. */
export function text(bytes: Uint8Array): string {
  return byteText(bytes).replace(/[\0 ]+$/, '')
}

/** The longest run of printable characters. */
export function longestText(bytes: Uint8Array): string | undefined {
  return printableRuns(bytes).sort((x, y) => y.length - x.length)[0]
}

export function printable(bytes: Uint8Array): string | undefined {
  const runs = printableRuns(bytes)
  return runs.length > 0 ? runs.join(' ') : undefined
}

function printableRuns(bytes: Uint8Array): string[] {
  const runs = text(bytes).match(/[\x20-\x7e]{4,}/g) ?? []
  return runs.map((run) => run.trim()).filter((run) => run.length >= 4)
}
