import type { TsharkComparison } from '../testing/tshark.ts'
import { ATTRIBUTE } from './stun.table.ts'
import type { Stun, StunState } from './stun.ts'

/** The class's bits where they stand in the type, four places down. */
const CLASSES = [0, 1, 16, 17] as const

export const stunFields: TsharkComparison<Stun, StunState> = {
  protocol: 'stun',
  filter: 'stun',
  captures: ['it/stun'],
  except: {
    'it/stun/nDPI__stun.pcap': 'relays pass on STUN of others, which tshark shows as data',
    'it/stun/Malcolm-Test-Artifacts__STUN.pcap': 'messages without a cookie, which tshark does not look for',
  },
  fields: {
    'stun.type.method': (m) => (m.kind === 'stun' ? m.method : undefined),
    'stun.type.class': (m) => (m.kind === 'stun' ? CLASSES[m.class] : undefined),
    'stun.id': (m) =>
      m.kind === 'stun' ? [...m.transaction].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('') : undefined,
    'stun.att.type': (m) => m.attributes.map((a) => a.type),
    'stun.att.ipv4': (m) => m.attributes.filter((a) => a.address !== '' && !a.address.includes(':')).map((a) => a.address),
    'stun.att.software': (m) => m.attributes.find((a) => a.type === ATTRIBUTE.software)?.text,
  },
}
