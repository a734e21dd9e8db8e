/** The change log: which attributes of an asset differ, as dated events. */
import type { Asset } from '@isthmus/model'
import type { ChangeLog } from './change.ts'

const SINGLE = [
  'vendor',
  'model',
  'family',
  'orderCode',
  'hardware',
  'firmware',
  'serial',
  'os',
  'type',
  'role',
  'purdueLevel',
  'isExternal',
] as const satisfies readonly (keyof Asset)[]
const SEVERAL = { ips: 'ip', macs: 'mac', names: 'name' } as const

export function logDifferences(log: ChangeLog, before: Asset, after: Asset): void {
  for (const attribute of SINGLE) {
    if (before[attribute] !== after[attribute])
      log.add('asset.changed', after.id, attribute, textOf(before[attribute]), textOf(after[attribute]))
  }
  for (const [list, attribute] of Object.entries(SEVERAL) as [keyof typeof SEVERAL, string][]) {
    if (before[list] === after[list]) continue
    for (const value of after[list]) if (!before[list].includes(value)) log.add('asset.changed', after.id, attribute, undefined, value)
    for (const value of before[list]) if (!after[list].includes(value)) log.add('asset.changed', after.id, attribute, value, undefined)
  }
  if (before.modules.length !== after.modules.length) {
    const known = new Set(before.modules.map((module) => module.part))
    for (const { part } of after.modules) if (!known.has(part)) log.add('asset.changed', after.id, 'module', undefined, part)
  }
}

function textOf(value: string | number | boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
