/** Whether a content is text (structured text, an exported project), and its lines. */

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf16 = new TextDecoder('utf-16le', { fatal: true })
/** What no text holds: controls but tab, line ends and form feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/

/** Lines without their ends; undefined for what is no text. Nothing is text of no lines. */
export function linesOf(bytes: Uint8Array): readonly string[] | undefined {
  if (bytes.length === 0) return []
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    const text = (isWide ? utf16 : utf8).decode(bytes)
    return CONTROLS.test(text) ? undefined : text.split(/\r\n|\r|\n/)
  } catch {
    return undefined
  }
}
