import type { TsharkComparison } from '../testing/tshark.ts'
import type { Doip, DoipState } from './doip.ts'

export const doipFields: TsharkComparison<Doip, DoipState> = {
  protocol: 'doip',
  filter: 'doip',
  captures: ['ot/doip'],
  fields: {
    'doip.version': ({ version }) => version,
    'doip.type': ({ type }) => type,
    'doip.vin': ({ vin }) => vin || undefined,
    'doip.source_address': ({ type, source }) => (type === 5 || type === 6 || type === 8 || type >= 0x8001 ? source : undefined),
    'doip.target_address': ({ target, type }) => (type >= 0x8001 ? target : undefined),
    'doip.response_code': ({ type, code }) => (type === 6 ? code : undefined),
    'doip.nack_code': ({ type, code }) => (type === 0 ? code : undefined),
    'uds.sid': ({ uds }) => (uds === undefined ? undefined : uds.refusal >= 0 ? 0x3f : uds.service),
    'uds.err.sid': ({ uds }) => (uds !== undefined && uds.refusal >= 0 ? uds.service : undefined),
    'uds.err.code': ({ uds }) => (uds !== undefined && uds.refusal >= 0 ? uds.refusal : undefined),
    'uds.rdbi.data_identifier': ({ uds }) => (uds?.service === 0x22 && uds.refusal < 0 ? uds.id : undefined),
  },
}
