import type { TsharkComparison } from '../testing/tshark.ts'
import type { Eigrp, EigrpState } from './protocol.ts'

export const eigrpFields: TsharkComparison<Eigrp, EigrpState> = {
  protocol: 'eigrp',
  filter: 'eigrp',
  captures: ['it/eigrp'],
  fields: {
    'eigrp.opcode': ({ opcode }) => opcode,
    'eigrp.as': ({ as }) => as,
    'eigrp.seq': ({ sequence }) => sequence,
    'eigrp.ack': ({ acknowledged }) => acknowledged,
  },
}
