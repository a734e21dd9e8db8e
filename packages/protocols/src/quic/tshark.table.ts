import type { TsharkComparison } from '../testing/tshark.ts'
import type { Quic, QuicState } from './quic.ts'

const TYPES: Readonly<Partial<Record<Quic['kind'], number>>> = { initial: 0, '0rtt': 1, handshake: 2, retry: 3 }
const isLong = (m: Quic): boolean => m.kind !== 'short' && m.kind !== 'not-fixed'

export const quicFields: TsharkComparison<Quic, QuicState> = {
  protocol: 'quic',
  filter: 'quic',
  captures: ['it/quic', 'it/tls/nDPI__quic-24.pcap', 'it/tls/nDPI__quic_frags_different_dcid.pcapng'],
  fields: {
    'quic.version': (m) => (isLong(m) ? m.version : undefined),
    'quic.long.packet_type': (m) => TYPES[m.kind],
    'quic.scid': (m) => (isLong(m) ? m.source || undefined : undefined),
  },
}
