import type { TsharkComparison } from '../testing/tshark.ts'
import type { Ike, IkeState } from './ike.ts'

export const ikeFields: TsharkComparison<Ike, IkeState> = {
  protocol: 'ike',
  filter: 'isakmp',
  captures: ['it/isakmp'],
  except: {
    'it/isakmp/tcpdump__ikev1_id_ipv6_addr_subnet-oobr.pcap': 'a first fragment whose rest never comes',
    'it/isakmp/tcpdump__isakmpv1-attr-oobr.pcap': 'a first fragment whose rest never comes',
    'it/isakmp/tcpdump__ikev2pI2-segfault.pcapng': 'a payload cut in the middle: tshark shows nothing of it',
  },
  fields: {
    'isakmp.ispi': (m) => (m.kind === 'ike' ? m.initiator : undefined),
    'isakmp.rspi': (m) => (m.kind === 'ike' ? m.responder : undefined),
    'isakmp.version': (m) => (m.kind === 'ike' ? m.major * 16 + m.minor : undefined),
    'isakmp.exchangetype': (m) => (m.kind === 'ike' ? m.exchange : undefined),
    'isakmp.messageid': (m) => (m.kind === 'ike' ? m.messageId : undefined),
    'isakmp.length': (m) => (m.kind === 'ike' ? m.length : undefined),
    'isakmp.notify.msgtype': ({ notifications }) => notifications,
    'isakmp.key_exchange.dh_group': ({ groups }) => groups,
  },
}
