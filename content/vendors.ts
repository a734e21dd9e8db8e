/** Who made a network interface, by the blocks the IEEE registers (MA-L, MA-M, MA-S). The table is read when it is first asked. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

let table: Readonly<Record<string, string>> | undefined

/** @param mac lower case, colon-separated */
export function vendorOf(mac: string): string | undefined {
  const digits = mac.replaceAll(':', '').toUpperCase()
  // A locally administered address belongs to no register.
  if ((Number.parseInt(digits.slice(0, 2), 16) & 3) !== 0) return undefined
  table ??= JSON.parse(readFileSync(createRequire(import.meta.url).resolve('oui-data'), 'utf8')) as Record<string, string>
  for (const length of [9, 7, 6]) {
    const [name] = (table[digits.slice(0, length)] ?? '').split('\n')
    if (name !== undefined && name !== '' && name !== 'Private') return name
  }
  return undefined
}
