/**
 * ARP: which MAC holds an IPv4 address.
 *
 *   | hardware u16 = 1 | protocol u16 = 0x0800 | hlen u8 = 6 | plen u8 = 4 | operation u16 |
 *   | sender mac 6 | sender ip 4 | target mac 6 | target ip 4 |   big-endian
 *
 * Spec: RFC 826; RFC 5227 (probes and announcements); RFC 903 (reverse ARP, operations 3 and 4).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { showIpv4, showMac } from '../show-address.ts'

export type Arp = {
  operation: 'request' | 'reply' | 'reverse-request' | 'reverse-reply' | 'other'
  senderMac: string
  senderIp: string
  targetMac: string
  targetIp: string
  anomalies: ('truncated' | 'unknown-operation' | 'sender-not-frame-source')[]
}

const ETHERNET = 1
const IPV4 = 0x0800
const OPERATIONS = ['other', 'request', 'reply', 'reverse-request', 'reverse-reply'] as const

export const dissector: Dissector<Arp> = {
  name: 'arp',
  ports: ['eth/0x0806', 'eth/0x8035'],
  maxFrame: 65_535,
  frame(head) {
    const all = head.left
    if (all < 8) return NEED_MORE
    const mine = head.u16() === ETHERNET && head.u16() === IPV4 && head.u8() === 6 && head.u8() === 4
    return mine ? all : NOT_MINE
  },
  parse(r, ctx) {
    r.u16('hardware type')
    r.u16('protocol type')
    r.u8('hardware length')
    r.u8('protocol length')
    const code = r.u16('operation')
    const message = addresses(r, OPERATIONS[code] ?? 'other')
    r.note(message.operation)
    if (message.operation === 'other') message.anomalies.push('unknown-operation')
    if (r.short) message.anomalies.push('truncated')
    const source = ctx.from === 'client' ? ctx.flow.clientMac : ctx.flow.serverMac
    if (!r.short && source !== '' && source !== message.senderMac) message.anomalies.push('sender-not-frame-source')
    return message
  },
}

function addresses(r: Reader, operation: Arp['operation']): Arp {
  return {
    operation,
    senderMac: showMac(r.view(6, 'sender mac')),
    senderIp: showIpv4(r.view(4, 'sender ip')),
    targetMac: showMac(r.view(6, 'target mac')),
    targetIp: showIpv4(r.view(4, 'target ip')),
    anomalies: [],
  }
}
