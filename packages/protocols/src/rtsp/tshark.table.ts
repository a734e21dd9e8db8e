import type { TsharkComparison } from '../testing/tshark.ts'
import { fieldOf, type Rtsp, type RtspState } from './rtsp.ts'

export const rtspFields: TsharkComparison<Rtsp, RtspState> = {
  protocol: 'rtsp',
  // tshark reads a repeated segment again.
  filter: '(rtsp.method || rtsp.status) && !tcp.analysis.retransmission && !tcp.analysis.out_of_order',
  captures: ['it/rtsp'],
  fields: {
    'rtsp.method': (m) => m.method || undefined,
    'rtsp.url': (m) => m.url || undefined,
    'rtsp.status': (m) => (m.kind === 'response' ? m.status : undefined),
    'rtsp.session': (m) => fieldOf(m, 'session'),
  },
}
