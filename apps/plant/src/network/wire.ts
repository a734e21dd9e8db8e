/**
 * The plant's network as its mirror port shows it. Frames are put with their event time, in any order, and leave
 * in order. The mirror copies what *enters* the core switch: each frame once, with its sender's own MAC and VLAN;
 * between VLANs the destination MAC is the router's, and hosts beyond the firewall all send with the firewall's MAC.
 */
import type { Host } from '../hosts.table.ts'
import { CORE, FIREWALL, TRANSIT_VLAN } from '../hosts.table.ts'
import type { Packet } from './pcap.ts'

export class Wire {
  #waiting: (Packet & { order: number })[] = []
  #order = 0

  put(at: number, bytes: Uint8Array): void {
    this.#waiting.push({ at: Math.round(at), bytes, order: this.#order++ })
  }

  /** Everything earlier than `before`, in order of time and then of putting. */
  take(before: number): Packet[] {
    this.#waiting.sort((a, b) => a.at - b.at || a.order - b.order)
    let count = 0
    while (count < this.#waiting.length && this.#waiting[count]!.at < before) count++
    return this.#waiting.splice(0, count)
  }
}

const ETHERTYPE_VLAN = 0x8100
export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_ARP = 0x0806
export const ETHERTYPE_LLDP = 0x88cc
/** IEEE 802.3: the shortest frame, check sequence not counted. */
const SHORTEST = 60

/** An Ethernet II frame, tagged unless `vlan` is undefined (802.1Q), padded to the shortest length. */
export function ethernet(to: string, from: string, vlan: number | undefined, type: number, payload: Uint8Array): Buffer {
  const head = vlan === undefined ? 14 : 18
  const frame = Buffer.alloc(Math.max(head + payload.length, SHORTEST))
  frame.set(macBytes(to), 0)
  frame.set(macBytes(from), 6)
  if (vlan !== undefined) {
    frame.writeUInt16BE(ETHERTYPE_VLAN, 12)
    frame.writeUInt16BE(vlan, 14)
  }
  frame.writeUInt16BE(type, head - 2)
  frame.set(payload, head)
  return frame
}

/** The link header between two hosts as the mirror sees it. */
export function routed(from: Host, to: Host): { source: string; destination: string; vlan: number } {
  const source = from.external ? FIREWALL.mac : from.mac
  const vlan = from.external ? TRANSIT_VLAN : from.vlan
  const direct = !from.external && !to.external && from.vlan === to.vlan
  return { source, destination: direct ? to.mac : CORE.mac, vlan }
}

const macs = new Map<string, Uint8Array>()

export function macBytes(mac: string): Uint8Array {
  let bytes = macs.get(mac)
  if (!bytes) macs.set(mac, (bytes = Uint8Array.from(mac.split(':'), (h) => Number.parseInt(h, 16))))
  return bytes
}

const ips = new Map<string, Uint8Array>()

export function ipBytes(ip: string): Uint8Array {
  let bytes = ips.get(ip)
  if (!bytes) ips.set(ip, (bytes = Uint8Array.from(ip.split('.'), Number)))
  return bytes
}
