import type { TsharkComparison } from '../testing/tshark.ts'
import type { Pim, PimState } from './protocol.ts'

export const pimFields: TsharkComparison<Pim, PimState> = {
  protocol: 'pim',
  filter: 'pim && ip.proto == 103',
  captures: ['it/igmp/tcpdump__PIM-SM_join_prune.pcap'],
  fields: {
    'pim.type': ({ type }) => type,
    'pim.dr_priority': ({ priority }) => priority,
    'pim.generation_id': ({ generation }) => generation,
  },
}
