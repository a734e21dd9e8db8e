/** What numbers of an IKE message are called. */

import { ATTRIBUTES, NOTIFICATIONS, TRANSFORM_TYPES, TRANSFORMS, VENDORS } from './ike.table.ts'
import type { Ike } from './ike.ts'
import type { Transform } from './sa.ts'

export function vendorOf(hex: string): (typeof VENDORS)[number] | undefined {
  return VENDORS.find(([prefix]) => hex.startsWith(prefix))
}

export function vendorName(hex: string): string {
  return vendorOf(hex)?.[1] ?? `UNKNOWN:${hex}`
}

export function notificationName(type: number): string {
  return NOTIFICATIONS[type] ?? `unknown-notify-message-type: ${type}`
}

export function transformName(t: Transform): string {
  return `${TRANSFORM_TYPES[t.type] ?? `UNKNOWN: ${t.type}`}:${TRANSFORMS[t.type]?.[t.id] ?? `UNKNOWN:${t.id}`}`
}

/** `proposal:transform:name=value`, of all transforms. */
export function attributeTexts(m: Ike): string[] {
  const texts: string[] = []
  for (const p of m.sa?.proposals ?? []) {
    for (const t of p.transforms) {
      for (const a of t.attributes)
        texts.push(`${p.number}:${t.id}:${ATTRIBUTES[a.type] ?? `unknown-transform-type: ${a.type}`}=${a.value}`)
    }
  }
  return texts
}
