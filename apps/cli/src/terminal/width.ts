/** How wide text is on a terminal, and text cut to a width. Whatever came from the wire is made harmless first. */

// Control characters move cursors and rewrite screens; directional marks reorder what is read.
const HARMFUL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Text from the wire, safe to print: an escape sequence in a host name must not reach the terminal. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, '\u00b7')
}

/** Columns that printed text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const c of text) width += widthOfChar(c.codePointAt(0)!)
  return width
}

/** Cut to `width` columns; what is cut ends in an ellipsis. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  let cut = ''
  let used = 0
  for (const c of text) {
    const w = widthOfChar(c.codePointAt(0)!)
    if (used + w > width - 1) break
    cut += c
    used += w
  }
  return `${cut.trimEnd()}\u2026`
}

export function pad(text: string, width: number, toRight = false): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return toRight ? blanks + text : text + blanks
}

/** Words filled into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/[ \t\n]+/)) {
    if (word === '') continue
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = ''
    }
    line += (line === '' ? '' : ' ') + fit(word, width)
  }
  return line === '' ? lines : [...lines, line]
}

/** East Asian wide and emoji blocks count two, combining marks none (Unicode TR 11, rounded). */
function widthOfChar(code: number): number {
  if (code < 0x300) return 1
  if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d) || (code >= 0xfe00 && code <= 0xfe0f)) return 0
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  return isWide ? 2 : 1
}
