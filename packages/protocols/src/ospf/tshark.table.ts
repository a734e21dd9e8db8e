import type { TsharkComparison } from '../testing/tshark.ts'
import type { Ospf, OspfState } from './ospf.ts'

export const ospfFields: TsharkComparison<Ospf, OspfState> = {
  protocol: 'ospf',
  filter: 'ospf',
  captures: ['it/ospf'],
  fields: {
    'ospf.msg': ({ type }) => type,
    'ospf.srcrouter': ({ router }) => router,
    'ospf.area_id': ({ area }) => area,
    'ospf.hello.hello_interval': ({ hello }) => hello?.interval,
    'ospf.hello.router_priority': ({ hello }) => hello?.priority,
    'ospf.hello.designated_router': ({ hello }) => hello?.designated,
    'ospf.hello.backup_designated_router': ({ hello }) => hello?.backup,
  },
}
