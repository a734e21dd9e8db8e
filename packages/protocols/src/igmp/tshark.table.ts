import type { TsharkComparison } from '../testing/tshark.ts'
import type { Igmp } from './igmp.ts'

/** tshark gives the guests of IGMP's protocol number to dissectors of their own. */
const isOwn = (m: Igmp): boolean => m.type < 0xfc && m.type !== 0x13 && m.type !== 0x14

export const igmpFields: TsharkComparison<Igmp> = {
  protocol: 'igmp',
  filter: 'igmp && !pim && !dvmrp && !rgmp',
  captures: ['it/igmp'],
  fields: {
    'igmp.type': (m) => (isOwn(m) ? m.type : undefined),
    'igmp.maddr': (m) => (m.type === 0x22 ? m.records.map((r) => r.group) : isOwn(m) ? m.group || undefined : undefined),
  },
}
