import type { TsharkComparison } from '../testing/tshark.ts'
import type { Bgp, BgpState } from './bgp.ts'

export const bgpFields: TsharkComparison<Bgp, BgpState> = {
  protocol: 'bgp',
  filter: 'bgp',
  captures: ['it/bgp'],
  except: { 'it/bgp/tcpdump__bgp-role.pcapng': 'segments out of order: a message is read here when it is whole' },
  fields: {
    'bgp.type': ({ type }) => type,
    'bgp.open.identifier': (m) => (m.type === 1 ? m.router : undefined),
    'bgp.open.holdtime': (m) => (m.type === 1 ? m.holdTime : undefined),
    'bgp.notify.major_error': (m) => (m.type === 3 ? m.code : undefined),
    'bgp.update.path_attribute.next_hop': ({ nextHop }) => nextHop || undefined,
  },
}
