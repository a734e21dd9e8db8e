import type { TsharkComparison } from '../testing/tshark.ts'
import type { Opcua, OpcuaState } from './opcua.ts'

const secured = (m: Opcua, value: number): number | undefined => (m.greeting === undefined ? value : undefined)

/** Bodies are compared with ICSNPP's logs. */
export const opcuaFields: TsharkComparison<Opcua, OpcuaState> = {
  protocol: 'opcua',
  filter: 'opcua',
  captures: ['ot/opcua'],
  fields: {
    'opcua.transport.type': ({ kind }) => kind,
    'opcua.transport.chunk': ({ chunk }) => chunk,
    'opcua.transport.scid': (m) => secured(m, m.channel),
    'opcua.security.seq': (m) => secured(m, m.sequence),
    'opcua.security.rqid': (m) => secured(m, m.requestId),
    'opcua.servicenodeid.numeric': ({ typeId }) => (typeof typeId?.id === 'number' ? typeId.id : undefined),
    'opcua.RequestHandle': ({ request, response }) => request?.handle ?? response?.handle,
    'opcua.TimeoutHint': ({ request }) => request?.timeoutHint,
    'opcua.ServiceResult': ({ response }) => response?.result,
  },
}
