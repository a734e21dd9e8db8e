/** Paths as Zeek joins and shortens them: ftp.log holds the result. */

const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/
/** Begins where a part of the path does: tried at every letter, a long part would be read anew for each. */
const UP = /(?:^|(?<!\/)(?=\/))(?:\/*(?:[^/]|\\\/)+)?\/+\.\.\/*/
/** Characters of a path that is shortened, and steps up that one may hold: bound the work. */
const MAX_PATH = 1024
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
  if (path.length > MAX_PATH) return path
  let text = path
  for (let n = 0; n < MAX_STEPS && text.includes('/..'); n++) {
    const m = UP.exec(text)
    if (m === null || m[0] === '../..') break
    text = text.slice(0, m.index) + (m[0].startsWith('/') ? '/' : '') + text.slice(m.index + m[0].length)
  }
  text = text.replace(/(?:\/\.?){2,}/g, '/')
  return text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text
}
