import type { TsharkComparison } from '../testing/tshark.ts'
import type { Sctp } from './protocol.ts'

export const sctpFields: TsharkComparison<Sctp> = {
  protocol: 'sctp',
  filter: 'sctp',
  captures: ['it/sctp'],
  fields: {
    'sctp.srcport': ({ source }) => source,
    'sctp.dstport': ({ target }) => target,
    'sctp.chunk_type': ({ chunks }) => chunks.map((c) => c.type),
    'sctp.data_payload_proto_id': ({ chunks }) => chunks.filter((c) => c.type === 0).map((c) => c.payload),
  },
}
