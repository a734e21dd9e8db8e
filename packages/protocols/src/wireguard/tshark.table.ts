import type { TsharkComparison } from '../testing/tshark.ts'
import type { WireGuard, WireGuardState } from './protocol.ts'

const TYPES: Readonly<Record<WireGuard['kind'], number | undefined>> = {
  initiation: 1,
  response: 2,
  cookie: 3,
  data: 4,
  discovery: undefined,
}

export const wireguardFields: TsharkComparison<WireGuard, WireGuardState> = {
  protocol: 'wireguard',
  filter: 'wg',
  captures: ['it/wg'],
  except: { 'it/wg/nDPI__lol_wild_rift_udp.pcap': 'a game, whose datagrams tshark takes for WireGuard' },
  fields: {
    'wg.type': (m) => TYPES[m.kind],
    'wg.sender': (m) => (m.kind === 'initiation' || m.kind === 'response' ? m.sender : undefined),
    'wg.receiver': (m) => (m.kind === 'initiation' || m.kind === 'discovery' ? undefined : m.receiver),
    'wg.counter': (m) => (m.kind === 'data' ? m.counter : undefined),
  },
}
