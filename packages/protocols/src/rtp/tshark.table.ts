import type { TsharkComparison } from '../testing/tshark.ts'
import type { Rtp, RtpState } from './rtp.ts'

export const rtpFields: TsharkComparison<Rtp, RtpState> = {
  protocol: 'rtp',
  filter: 'rtp',
  captures: ['it/rtp'],
  // The first packet of a stream proves nothing yet: it is not read.
  atLeast: 0.95,
  fields: {
    'rtp.p_type': (m) => (m.kind === 'rtp' ? m.payload : undefined),
    'rtp.seq': (m) => (m.kind === 'rtp' ? m.sequence : undefined),
    'rtp.ssrc': (m) => (m.kind === 'rtp' ? m.source : undefined),
  },
}
