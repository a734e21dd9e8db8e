/**
 * Who made a network interface, by the blocks the IEEE registers (MA-L, MA-M, MA-S). The register is a large JSON
 * file: a few vendors are searched for in its text, which is quicker than parsing it; after many it is parsed.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const SEARCHES = 60
const MAX_KNOWN = 100_000
const BACKSLASH = 0x5c
/** Registered, but not by a maker. */
const NOBODY: ReadonlySet<string> = new Set(['Private', 'IEEE Registration Authority'])

let text: Buffer | undefined
let table: Readonly<Record<string, string>> | undefined
let searches = 0
const known = new Map<string, string | undefined>()

/** @param mac lower case, colon-separated */
export function vendorOf(mac: string): string | undefined {
  const digits = mac.replaceAll(':', '').toUpperCase()
  // A locally administered or group address belongs to no register.
  if ((Number.parseInt(digits.slice(0, 2), 16) & 3) !== 0) return undefined
  for (const length of [9, 7, 6]) {
    const name = registered(digits.slice(0, length))
    if (name !== undefined && !NOBODY.has(name)) return name
  }
  return undefined
}

function registered(block: string): string | undefined {
  if (known.has(block)) return known.get(block)
  const entry = entryOf(block)
  const name = entry?.split('\n')[0]?.replace(/[,\s]+$/, '') || undefined
  if (known.size < MAX_KNOWN) known.set(block, name)
  return name
}

function entryOf(block: string): string | undefined {
  if (table !== undefined) return table[block]
  text ??= readFileSync(createRequire(import.meta.url).resolve('oui-data'))
  if (++searches > SEARCHES) {
    table = JSON.parse(text.toString()) as Record<string, string>
    text = undefined
    return table[block]
  }
  const key = text.indexOf(`"${block}"`)
  if (key < 0) return undefined
  const start = text.indexOf('"', key + block.length + 2)
  let end = text.indexOf('"', start + 1)
  while (text[end - 1] === BACKSLASH) end = text.indexOf('"', end + 1)
  return JSON.parse(text.toString('utf8', start, end + 1)) as string
}
