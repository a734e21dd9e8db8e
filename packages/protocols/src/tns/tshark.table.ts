import type { TsharkComparison } from '../testing/tshark.ts'
import type { Tns, TnsState } from './tns.ts'

export const tnsFields: TsharkComparison<Tns, TnsState> = {
  protocol: 'tns',
  filter: 'tns',
  captures: ['it/tns'],
  fields: {
    'tns.type': (m) => m.type || undefined,
    'tns.connect_data': (m) => (m.type === 1 ? m.descriptor : undefined),
    'tns.version': (m) => (m.type === 1 || m.type === 2 ? m.version : undefined),
  },
}
