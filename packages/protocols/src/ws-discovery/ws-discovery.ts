/**
 * WS-Discovery: cameras (ONVIF), printers and Windows hosts say which services they offer, as SOAP in datagrams.
 *
 *   <Envelope> <Header> <Action>…/Probe, ProbeMatches, Hello, Bye, Resolve, ResolveMatches </Header>
 *   <Body> … <Types> <Scopes> <XAddrs> …
 *
 * Spec: OASIS WS-Discovery 1.1 §4 to §6; ONVIF Core Specification §7.3 (scopes).
 */
import { type Dissector, NOT_MINE } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Match = { types: string; scopes: string[]; addresses: string[]; endpoint: string }

export type WsDiscovery = {
  /** `Probe`, `Hello` …; empty when the action is another's. */
  action: string
  matches: Match[]
  anomalies: string[]
}

const MAX_DATAGRAM = 65_507
const MAX_MATCHES = 16
const MAX_SCOPES = 64

export const dissector: Dissector<WsDiscovery> = {
  name: 'ws-discovery',
  ports: ['udp/3702'],
  maxFrame: MAX_DATAGRAM,
  frame(head) {
    if (head.peek() !== 0x3c || head.left < 32) return NOT_MINE
    const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + 4096)))
    return /:?Envelope[\s>]/.test(text) && /\/ws\/20\d\d\/\d\d\/discovery|ws-dd\/ns\/discovery/.test(text) ? head.left : NOT_MINE
  },
  parse(r) {
    const m: WsDiscovery = { action: '', matches: [], anomalies: [] }
    const text = byteText(r.view(r.left, 'envelope'))
    m.action = /Action[^>]{0,200}>[^<]{0,240}\/(\w{2,20})\s{0,64}</.exec(text)?.[1] ?? ''
    if (!/Envelope\s*>\s*$/.test(text.slice(-64))) m.anomalies.push('truncated')
    // One part an endpoint: what stands before the first is the question's.
    for (const part of text.split(/<(?:\w{1,16}:)?EndpointReference[\s>]/).slice(1, MAX_MATCHES + 1)) {
      m.matches.push({
        types: element(part, 'Types'),
        scopes: words(element(part, 'Scopes')),
        addresses: words(element(part, 'XAddrs')),
        endpoint: element(part, 'Address'),
      })
    }
    return m
  },
}

/** The text of the first element of this local name. */
function element(text: string, name: string): string {
  const open = new RegExp(`<(?:\\w{1,16}:)?${name}(?:\\s[^>]{0,400})?>`).exec(text)
  if (open === null) return ''
  const from = open.index + open[0].length
  const to = text.indexOf('<', from)
  return to < 0 ? '' : text.slice(from, Math.min(to, from + 8192)).trim()
}

function words(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_SCOPES)
}
