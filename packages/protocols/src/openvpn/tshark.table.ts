import type { TsharkComparison } from '../testing/tshark.ts'
import type { OpenVpn, OpenVpnState } from './openvpn.ts'

export const openvpnFields: TsharkComparison<OpenVpn, OpenVpnState> = {
  protocol: 'openvpn',
  filter: 'openvpn',
  captures: ['it/openvpn'],
  fields: {
    'openvpn.opcode': ({ opcode }) => opcode,
    'openvpn.keyid': ({ key }) => key,
    'openvpn.sessionid': ({ session }) => (session === '' ? undefined : BigInt(`0x${session}`)),
    'openvpn.mpid': ({ packet }) => packet,
  },
}
