/** Secrets as they may be kept: enough to recognise, not to use. */

/** First and last character and the length; nothing but the length where that would be most of it. */
export function maskSecret(secret: string): string {
  const letters = [...secret]
  if (letters.length === 0) return 'empty'
  if (letters.length < 4) return `… (${letters.length})`
  return `${letters[0]}…${letters.at(-1)} (${letters.length})`
}

/** Values of parameters that name a secret, and what stands between a user's name and the host of a URL. */
export function hideSecrets(text: string): string {
  return text
    .replace(/((?:pass(?:word|wd|phrase)?|pwd|token|secret|api_?key|session_?id|sid)=)[^&\s;]+/gi, '$1…')
    .replace(/(:\/\/[^/@:\s]*):[^/@\s]*@/g, '$1:…@')
}
