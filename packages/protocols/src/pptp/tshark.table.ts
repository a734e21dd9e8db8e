import type { TsharkComparison } from '../testing/tshark.ts'
import type { Pptp } from './pptp.ts'

export const pptpFields: TsharkComparison<Pptp> = {
  protocol: 'pptp',
  filter: 'pptp',
  captures: ['it/pptp'],
  fields: {
    'pptp.control_message_type': (m) => m.control,
    'pptp.host_name': (m) => m.host || undefined,
    'pptp.vendor_name': (m) => m.vendor || undefined,
    'pptp.firmware_revision': (m) => m.firmware,
    'pptp.call_id': (m) => m.callId,
    'pptp.peer_call_id': (m) => m.peerCallId,
    'pptp.error': (m) => (m.result === undefined ? undefined : m.error),
  },
}
