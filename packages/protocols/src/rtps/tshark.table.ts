import type { TsharkComparison } from '../testing/tshark.ts'
import { announced, properties } from './discovery.ts'
import { PID } from './rtps.table.ts'
import type { Parameter, Rtps, RtpsState, Submessage } from './rtps.ts'

const known = (m: Rtps, of: (s: Submessage) => number): number[] => m.submessages.map(of).filter((value) => value >= 0)
const parameters = (m: Rtps): Parameter[] => m.submessages.flatMap((s) => [...s.inline, ...s.data])
const lists = (m: Rtps): (readonly [string, string])[] =>
  parameters(m)
    .filter(({ id }) => id === PID.properties)
    .flatMap(properties)
const names = (m: Rtps): string[] => parameters(m).flatMap((p) => announced([p], m.vendor).name || [])
/** tshark tells the vendor again where a participant does. */
const vendors = (m: Rtps): number[] => [
  m.vendor,
  ...parameters(m).flatMap((p) => (p.id === PID.vendor ? announced([p], m.vendor).vendor : [])),
]

export const rtpsFields: TsharkComparison<Rtps, RtpsState> = {
  protocol: 'rtps',
  // It also reads what ICMP quotes.
  filter: 'rtps && !icmp',
  captures: ['ot/rtps-dds'],
  fields: {
    'rtps.vendorId': vendors,
    'rtps.guidPrefix.src': ({ prefix }) => prefix || undefined,
    'rtps.sm.id': (m) => known(m, ({ id }) => id),
    // A vendor's own submessages show none.
    'rtps.sm.flags': (m) => m.submessages.filter(({ id }) => id < 0x80).map(({ flags }) => flags),
    'rtps.sm.wrEntityId': (m) => known(m, ({ writer }) => writer),
    'rtps.sm.rdEntityId': (m) => known(m, ({ reader }) => reader),
    'rtps.sm.seqNumber': (m) => [...known(m, ({ sequence }) => sequence), ...known(m, ({ last }) => last)],
    'rtps.param.id': (m) => parameters(m).map(({ id }) => id),
    'rtps.property_name': (m) => lists(m).map(([name]) => name),
    'rtps.property_value': (m) => lists(m).map(([, value]) => value),
    'rtps.param.entityName': (m) => names(m),
  },
}
