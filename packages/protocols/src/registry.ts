/** Every protocol, one line each. Adding one touches its own folder and this list. */
import { arp } from './arp/protocol.ts'
import { icmp } from './icmp/protocol.ts'
import { lldp } from './lldp/protocol.ts'
import { modbus } from './modbus/protocol.ts'
import type { AnyProtocol } from './protocol.ts'

export const PROTOCOLS: readonly AnyProtocol[] = [
  arp,
  icmp,
  lldp,
  modbus,
]
