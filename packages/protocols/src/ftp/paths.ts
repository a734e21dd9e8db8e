/** Paths as Zeek joins and shortens them: ftp.log holds the result. */

const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/
const UP = /(?:\/*(?:[^/]|\\\/)+)?\/+\.\.\/*/
/** Steps up that one path may hold: bounds the work. */
const MAX_STEPS = 64

export function joinPath(folder: string, name: string): string {
  const path = ABSOLUTE.test(name) || folder === '' ? name : `${folder}${folder.endsWith('/') ? '' : '/'}${name}`
  return shorten(path)
}

/** The first absolute path of a text, quoted or not. */
export function findPath(text: string): string {
  return /"((?:\/|[A-Za-z]:[\\/])[^"]*)"/.exec(text)?.[1] ?? /(?:\/|[A-Za-z]:[\\/])(?:[^" ]|\\ )*/.exec(text)?.[0] ?? ''
}

function shorten(path: string): string {
  if (path.length > 4096) return path
  let text = path
  for (let n = 0; n < MAX_STEPS && text.includes('/..'); n++) {
    const m = UP.exec(text)
    if (m === null || m[0] === '../..') break
    text = text.slice(0, m.index) + (m[0].startsWith('/') ? '/' : '') + text.slice(m.index + m[0].length)
  }
  text = text.replace(/(?:\/\.?){2,}/g, '/')
  return text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text
}
