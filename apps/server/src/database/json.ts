/** Documents as text for one jsonb parameter, whatever hostile bytes became of their strings. */

/**
 * jsonb refuses the NUL character and half surrogate pairs, both of which a name on the wire can hold; they become U+FFFD.
 * Escapes are only rewritten where they begin: `\\u0000` is a backslash and five harmless characters.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return /\\u(0000|d[89a-f])/.test(text)
    ? text.replace(/\\(\\|u0000|ud[89a-f][0-9a-f]{2})/g, (whole, what: string) => (what === '\\' ? whole : '\\ufffd'))
    : text
}

/** A number jsonb can hold: infinities and not-a-number become their names. */
export function jsonValue<T>(value: T): T | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
