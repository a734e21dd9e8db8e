import type { TsharkComparison } from '../testing/tshark.ts'
import type { Gtp } from './gtp.ts'

export const gtpFields: TsharkComparison<Gtp> = {
  protocol: 'gtp',
  filter: '(gtp && !(gtp.message == 0xff)) || gtpv2',
  captures: ['it/gtp'],
  except: { 'it/gtp/PcapPlusPlus__gtpv2.pcap': 'made-up packets: lengths beyond the datagram, GTP-C over TCP' },
  fields: {
    'gtpv2.message_type': (m) => (m.version === 2 ? m.type : undefined),
    'gtpv2.seq': (m) => (m.version === 2 ? m.sequence : undefined),
    'gtpv2.teid': (m) => (m.version === 2 ? m.tunnel : undefined),
    'gtpv2.apn': ({ apn }) => apn || undefined,
    'gtp.message': (m) => (m.version === 1 ? m.type : undefined),
    'gtp.cause': (m) => (m.version === 1 ? m.cause : undefined),
  },
}
