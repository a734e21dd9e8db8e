/** An address lease (RFC 2131): discover, offer, request, acknowledge. The relaying core switch sits between the segments. */
import { HOSTS, type Host, nobody } from '../hosts.table.ts'
import { BROADCAST_MAC, putUdp } from '../network/ipv4.ts'
import { ipBytes, macBytes } from '../network/wire.ts'
import type { Plant } from '../plant.ts'
import { OFFICE_DOMAIN } from './dns.ts'
import { routerOf } from './neighbours.ts'

const CLIENT = 68
const SERVER = 67
const DISCOVER = 1
const OFFER = 2
const REQUEST = 3
const ACKNOWLEDGE = 5
const COOKIE = Buffer.of(0x63, 0x82, 0x53, 0x63)

/** A workstation starts: the mirror sees its own messages and the server's, sent to the relay. */
export function lease(plant: Plant, at: number, host: Host): void {
  const server = HOSTS.dc1
  const transaction = plant.random.fork(`dhcp ${host.ip} ${at}`).u32()
  const unborn: Host = { ...host, ip: '0.0.0.0' }
  const everyone: Host = { ...nobody('255.255.255.255', host), mac: BROADCAST_MAC }
  const relay: Host = { ...server, ...routerOf(host), vlan: host.vlan }
  const say = (when: number, type: number): void => {
    putUdp(plant.wire, when, unborn, CLIENT, everyone, SERVER, message(1, type, transaction, host, clientOptions(type, host)))
  }
  const answer = (when: number, type: number): void => {
    putUdp(plant.wire, when, server, SERVER, relay, SERVER, message(2, type, transaction, host, serverOptions(host)))
  }
  say(at, DISCOVER)
  answer(at + 3_100, OFFER)
  say(at + 9_400, REQUEST)
  answer(at + 11_900, ACKNOWLEDGE)
}

function message(operation: 1 | 2, type: number, transaction: number, host: Host, options: Buffer): Buffer {
  const head = Buffer.alloc(236)
  head.set([operation, 1, 6, operation === 2 ? 1 : 0])
  head.writeUInt32BE(transaction, 4)
  if (operation === 2) {
    head.set(ipBytes(host.ip), 16)
    head.set(ipBytes(routerOf(host).ip), 24)
  }
  head.set(macBytes(host.mac), 28)
  const body = Buffer.concat([head, COOKIE, option(53, Buffer.of(type)), options, Buffer.of(255)])
  // RFC 1542 §2.1: BOOTP messages are at least 300 bytes.
  return body.length < 300 ? Buffer.concat([body, Buffer.alloc(300 - body.length)]) : body
}

function clientOptions(type: number, host: Host): Buffer {
  return Buffer.concat([
    option(61, Buffer.concat([Buffer.of(1), macBytes(host.mac)])),
    ...(type === REQUEST ? [option(50, ipBytes(host.ip)), option(54, ipBytes(HOSTS.dc1.ip))] : []),
    option(12, Buffer.from(host.name)),
    ...(type === REQUEST ? [option(81, Buffer.concat([Buffer.of(0, 0, 0), Buffer.from(`${host.name}.${OFFICE_DOMAIN}`)]))] : []),
    option(60, Buffer.from('MSFT 5.0')),
    // The order in which Windows 10 and later ask.
    option(55, Buffer.of(1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252)),
  ])
}

function serverOptions(host: Host): Buffer {
  const hours8 = Buffer.of(0, 0, 0x70, 0x80)
  return Buffer.concat([
    option(54, ipBytes(HOSTS.dc1.ip)),
    option(51, hours8),
    option(1, Buffer.of(255, 255, 255, 0)),
    option(3, ipBytes(routerOf(host).ip)),
    option(6, ipBytes(HOSTS.dc1.ip)),
    option(15, Buffer.from(OFFICE_DOMAIN)),
  ])
}

function option(code: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(code, value.length), value])
}
