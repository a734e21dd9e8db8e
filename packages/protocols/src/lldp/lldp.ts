/**
 * LLDP: a device tells its neighbours who it is. A list of type-length-value elements.
 *
 *   | type 7 bits | length 9 bits | value … |   chassis, port and time-to-live come first, in this order
 *
 * Spec: IEEE 802.1AB-2016 §8.4, §8.5; LLDP-MED: ANSI/TIA-1057 §10.2.4; PROFINET: IEC 61158-6-10 (LLDP extensions).
 */
import type { AssetAttribute } from '@isthmus/model'
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { showIpv4, showIpv6, showMac } from '../show-address.ts'
import { CAPABILITIES, MED_INVENTORY, MED_OUI, PROFINET_OUI, TLV } from './lldp.table.ts'

export type Lldp = {
  chassis: string
  port: string
  portDescription: string
  secondsToLive: number
  name: string
  description: string
  capabilities: string[]
  addresses: string[]
  inventory: { attribute: AssetAttribute; value: string }[]
  isProfinet: boolean
  anomalies: ('truncated' | 'missing-end' | 'too-many-elements')[]
}

/** Protects against frames of thousands of empty elements; real ones have some twenty. */
const MAX_ELEMENTS = 128

export const dissector: Dissector<Lldp> = {
  name: 'lldp',
  ports: ['eth/0x88cc'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < 2) return NEED_MORE
    return head.u16() >> 9 === TLV.chassis ? all : NOT_MINE
  },
  parse(r) {
    const m: Lldp = {
      chassis: '',
      port: '',
      portDescription: '',
      secondsToLive: 0,
      name: '',
      description: '',
      capabilities: [],
      addresses: [],
      inventory: [],
      isProfinet: false,
      anomalies: [],
    }
    let ended = false
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 2 && !ended; n++) {
      const head = r.u16('type and length')
      const element = r.sub(head & 0x1ff, `element ${head >> 9}`)
      ended = head >> 9 === TLV.end
      readElement(head >> 9, element, m)
      if (element.short) r.short = true
    }
    if (!ended) m.anomalies.push(r.left >= 2 && !r.short ? 'too-many-elements' : 'missing-end')
    if (r.short || (!ended && r.left === 1)) m.anomalies.push('truncated')
    return m
  },
}

function readElement(type: number, r: Reader, m: Lldp): void {
  if (type === TLV.chassis) m.chassis = identifier(r, 4, 5)
  else if (type === TLV.port) m.port = identifier(r, 3, 4)
  else if (type === TLV.ttl) m.secondsToLive = r.u16('seconds to live')
  else if (type === TLV.portDescription) m.portDescription = r.text(r.left, 'port description')
  else if (type === TLV.name) m.name = r.text(r.left, 'system name')
  else if (type === TLV.description) m.description = r.text(r.left, 'system description')
  else if (type === TLV.capabilities) m.capabilities = capabilities(r)
  else if (type === TLV.management) pushText(m.addresses, managementAddress(r))
  else if (type === TLV.organisation) organisation(r, m)
}

/** Chassis and port ids: a subtype, then a MAC, a network address or text. The subtypes for both differ by one. */
function identifier(r: Reader, macSubtype: number, networkSubtype: number): string {
  const subtype = r.u8('subtype')
  if (subtype === macSubtype) return showMac(r.view(6, 'mac'))
  return subtype === networkSubtype ? networkAddress(r, r.left) : r.text(r.left, 'id')
}

function networkAddress(r: Reader, length: number): string {
  const family = r.u8('address family')
  const value = r.view(length - 1, 'address')
  return family === 1 ? showIpv4(value) : family === 2 ? showIpv6(value) : family === 6 ? showMac(value) : ''
}

function capabilities(r: Reader): string[] {
  r.u16('capabilities')
  const enabled = r.u16('enabled capabilities')
  return CAPABILITIES.filter((_, bit) => (enabled >> bit) & 1)
}

function managementAddress(r: Reader): string {
  const length = r.u8('address length')
  return length === 0 ? '' : networkAddress(r, length)
}

function organisation(r: Reader, m: Lldp): void {
  const oui = r.u24('organisation')
  const subtype = r.u8('subtype')
  if (oui === PROFINET_OUI) m.isProfinet = true
  const attribute = oui === MED_OUI ? MED_INVENTORY[subtype] : undefined
  if (attribute !== undefined) m.inventory.push({ attribute, value: r.text(r.left, attribute) })
}

function pushText(list: string[], text: string): void {
  if (text !== '') list.push(text)
}
