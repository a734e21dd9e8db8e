import type { TsharkComparison } from '../testing/tshark.ts'
import type { Hsrp, HsrpState } from './protocol.ts'

const second = (m: Hsrp): boolean => m.version === 2 && m.state !== ''
const first = (m: Hsrp): boolean => m.version === 1 && m.state !== ''

export const hsrpFields: TsharkComparison<Hsrp, HsrpState> = {
  protocol: 'hsrp',
  filter: 'hsrp',
  captures: ['it/hsrp'],
  fields: {
    'hsrp.opcode': (m) => (m.version === 1 ? m.opcode : undefined),
    'hsrp.priority': (m) => (first(m) ? m.priority : undefined),
    'hsrp.group': (m) => (first(m) ? m.group : undefined),
    'hsrp.virt_ip': (m) => (first(m) ? m.address : undefined),
    'hsrp2.opcode': (m) => (second(m) ? m.opcode : undefined),
    'hsrp2.group': (m) => (second(m) ? m.group : undefined),
    'hsrp2.priority': (m) => (second(m) ? m.priority : undefined),
    'hsrp2.virt_ip_v6': (m) => (second(m) && m.address.includes(':') ? m.address : undefined),
  },
}
