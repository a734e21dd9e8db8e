import type { TsharkComparison } from '../testing/tshark.ts'
import type { Tftp, TftpState } from './tftp.ts'

export const tftpFields: TsharkComparison<Tftp, TftpState> = {
  protocol: 'tftp',
  filter: 'tftp',
  captures: ['it/tftp'],
  fields: {
    'tftp.opcode': (m) => m.opcode,
    // tshark repeats the name in every packet of its transfer; the request states it.
    'tftp.type': (m) => m.mode || undefined,
    'tftp.block': (m) => (m.opcode === 3 || m.opcode === 4 ? m.block : undefined),
  },
}
