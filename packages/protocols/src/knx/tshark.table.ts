import type { TsharkComparison } from '../testing/tshark.ts'
import { CODE } from './knx.table.ts'
import type { Knx, KnxState } from './knx.ts'

const raw = (address: string): number => {
  const parts = address.split(/[./]/).map(Number)
  return address.includes('/') ? (parts[0]! << 11) | (parts[1]! << 8) | parts[2]! : (parts[0]! << 12) | (parts[1]! << 8) | parts[2]!
}
const isData = (m: Knx): boolean => [CODE.dataRequest, CODE.dataIndication, CODE.dataConfirm].includes(m.telegram?.code as 0x11)

export const knxFields: TsharkComparison<Knx, KnxState> = {
  protocol: 'knx',
  filter: 'kip',
  captures: ['ot/knx'],
  fields: {
    'cemi.mc': ({ telegram }) => telegram?.code,
    'cemi.sa': (m) => (isData(m) ? raw(m.telegram!.source) : undefined),
    'cemi.da': (m) => (isData(m) ? raw(m.telegram!.destination) : undefined),
    'cemi.at': (m) => (isData(m) ? m.telegram!.isGroup : undefined),
    'cemi.ac': (m) => (isData(m) && m.telegram!.apci >= 0 && m.telegram!.apci < 0x1c8 ? m.telegram!.apci >> 6 : undefined),
  },
}
