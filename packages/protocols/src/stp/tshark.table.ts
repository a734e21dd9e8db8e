import type { TsharkComparison } from '../testing/tshark.ts'
import type { Stp, StpState } from './protocol.ts'

const mac = (id: string): string | undefined => (id === '' ? undefined : id.slice(id.indexOf('.') + 1))

export const stpFields: TsharkComparison<Stp, StpState> = {
  protocol: 'stp',
  filter: 'stp',
  captures: ['it/stp'],
  except: {
    'it/stp/PcapPlusPlus__Sll2PacketLLC.pcap': 'a cooked capture has no target address: such frames have no conversation here',
    'it/stp/tcpdump__stp-heapoverflow-4.pcap': 'cut within its head: tshark shows nothing of it',
  },
  fields: {
    'stp.version': ({ version }) => version,
    'stp.type': ({ type }) => type,
    'stp.flags': (m) => (m.type === 0x80 ? undefined : m.flags),
    'stp.root.hw': (m) => mac(m.root),
    'stp.bridge.hw': (m) => mac(m.bridge),
    'stp.root.cost': (m) => (m.type === 0x80 ? undefined : m.cost),
    'stp.port': (m) => (m.type === 0x80 ? undefined : m.port),
    'stp.max_age': (m) => (m.type === 0x80 ? undefined : m.maxAge),
    'stp.pvst.origvlan': ({ vlan }) => vlan,
  },
}
