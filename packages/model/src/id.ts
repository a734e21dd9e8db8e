/** Ids derived from content: the same input gives the same id on every machine, every run. */

/** 64 bits of FNV-1a-style mixing over UTF-16 units, as 16 hex digits. Not for secrets. */
export function derivedId(prefix: string, ...parts: readonly (string | number | undefined)[]): string {
  let a = 0x811c9dc5
  let b = 0xcbf29ce4
  for (const part of parts) {
    const text = part === undefined ? '\u0001' : String(part)
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      a = Math.imul(a ^ c, 0x01000193)
      b = Math.imul(b ^ c, 0x85ebca6b) ^ (b >>> 13)
    }
    // A separator no text can hold keeps ('ab','c') and ('a','bc') apart.
    a = Math.imul(a ^ 0x1ffff, 0x01000193)
    b = Math.imul(b ^ 0x1ffff, 0x85ebca6b) ^ (b >>> 16)
  }
  return `${prefix}-${hex32(finish(a))}${hex32(finish(b ^ a))}`
}

function finish(h: number): number {
  let x = h ^ (h >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

function hex32(n: number): string {
  return n.toString(16).padStart(8, '0')
}
