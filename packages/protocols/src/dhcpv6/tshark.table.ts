import type { TsharkComparison } from '../testing/tshark.ts'
import { RELAY_FORWARD, RELAY_REPLY } from './dhcpv6.table.ts'
import type { Dhcpv6 } from './dhcpv6.ts'

export const dhcpv6Fields: TsharkComparison<Dhcpv6, undefined> = {
  protocol: 'dhcpv6',
  filter: 'dhcpv6',
  captures: ['it/dhcp', 'it/sip', 'ot/twincat-ads', 'ot/iec104'],
  fields: {
    // A relay's packet without a message has none.
    'dhcpv6.xid': ({ type, xid }) => (type === RELAY_FORWARD || type === RELAY_REPLY ? undefined : xid),
    'dhcpv6.iaaddr.ip': ({ addresses }) => addresses.map(({ ip }) => ip),
  },
}
