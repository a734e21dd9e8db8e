/** What hosts of one segment say to each other: ARP (RFC 826) and LLDP (IEEE 802.1AB). */
import { CORE, type Host, VLANS } from '../hosts.table.ts'
import { BROADCAST_MAC } from '../network/ipv4.ts'
import { ETHERTYPE_ARP, ETHERTYPE_LLDP, ethernet, ipBytes, macBytes, type Wire } from '../network/wire.ts'

const NO_MAC = '00:00:00:00:00:00'

type Neighbour = { readonly ip: string; readonly mac: string; readonly vlan: number }

/** The router's interface in a host's segment. */
export function routerOf(host: Host): Neighbour {
  const segment = VLANS.find((v) => v.vlan === host.vlan)
  if (!segment) throw new Error(`no segment ${host.vlan}`)
  return { ip: segment.gateway, mac: CORE.mac, vlan: host.vlan }
}

/** Asks who has `target`, and is answered unless nobody holds it. */
export function arp(wire: Wire, at: number, asker: Neighbour, target: { ip: string; mac: string }): void {
  wire.put(at, arpFrame(1, asker, { ip: target.ip, mac: NO_MAC }, BROADCAST_MAC))
  if (target.mac !== NO_MAC) wire.put(at + 180, arpFrame(2, { ...target, vlan: asker.vlan }, asker, asker.mac))
}

/** Tells the segment its own address, as hosts do when an interface comes up. */
export function announce(wire: Wire, at: number, host: Neighbour): void {
  wire.put(at, arpFrame(1, host, { ip: host.ip, mac: NO_MAC }, BROADCAST_MAC))
}

function arpFrame(operation: 1 | 2, sender: Neighbour, target: { ip: string; mac: string }, to: string): Buffer {
  const body = Buffer.alloc(28)
  body.writeUInt16BE(1, 0)
  body.writeUInt16BE(0x0800, 2)
  body.set([6, 4], 4)
  body.writeUInt16BE(operation, 6)
  body.set(macBytes(sender.mac), 8)
  body.set(ipBytes(sender.ip), 14)
  body.set(macBytes(target.mac), 18)
  body.set(ipBytes(target.ip), 24)
  return ethernet(to, sender.mac, sender.vlan, ETHERTYPE_ARP, body)
}

export type LldpStatement = {
  readonly port: string
  readonly system: string
  readonly description: string
  /** Bridge 0x04, router 0x10, station only 0x80 (§8.5.8). */
  readonly capabilities: number
}

/** An untagged announcement to the nearest bridge. */
export function lldp(wire: Wire, at: number, host: Host, statement: LldpStatement): void {
  const address = Buffer.concat([Buffer.of(5, 1), ipBytes(host.ip), Buffer.of(2, 0, 0, 0, 1, 0)])
  const capabilities = Buffer.of(0, statement.capabilities, 0, statement.capabilities)
  const body = Buffer.concat([
    tlv(1, Buffer.concat([Buffer.of(4), macBytes(host.mac)])),
    tlv(2, Buffer.concat([Buffer.of(7), Buffer.from(statement.port)])),
    tlv(3, Buffer.of(0, 120)),
    tlv(5, Buffer.from(statement.system)),
    tlv(6, Buffer.from(statement.description)),
    tlv(7, capabilities),
    tlv(8, address),
    tlv(0, Buffer.alloc(0)),
  ])
  wire.put(at, ethernet('01:80:c2:00:00:0e', host.mac, undefined, ETHERTYPE_LLDP, body))
}

/** §8.4: 7 bits of type, 9 bits of length. */
function tlv(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE((type << 9) | value.length)
  return Buffer.concat([head, value])
}
