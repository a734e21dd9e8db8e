import type { TsharkComparison } from '../testing/tshark.ts'
import type { Vrrp, VrrpState } from './protocol.ts'

export const vrrpFields: TsharkComparison<Vrrp, VrrpState> = {
  protocol: 'vrrp',
  filter: 'vrrp',
  captures: ['it/vrrp'],
  except: {
    'it/vrrp/ntopng__icmp-icmp_print-oobr-2.pcap': 'frame relay whose packets are first fragments',
    'it/vrrp/tcpdump__vrrp-vrrp_print-oobr.pcap': 'frame relay whose packets are first fragments',
    'it/vrrp/ntopng__icmp-icmp_print-oobr-1.pcap': 'cut within its head: tshark shows nothing of it',
    'it/vrrp/tcpdump__icmp-icmp_print-oobr-1.pcap': 'cut within its head: tshark shows nothing of it',
  },
  fields: {
    'vrrp.version': ({ version }) => version,
    'vrrp.virt_rtr_id': ({ router }) => router,
    'vrrp.prio': ({ priority }) => priority,
    'vrrp.ip_addr': ({ addresses }) => addresses.filter((a) => !a.includes(':')),
    'vrrp.ipv6_addr': ({ addresses }) => addresses.filter((a) => a.includes(':')),
  },
}
