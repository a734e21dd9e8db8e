/** Whom Zeek takes for the originator of a conversation, where that is not who we take for the client. */
import { firstAnswer } from '@isthmus/protocols'
import type { FlowRecord } from '@isthmus/wire'
import { ZEEK_SERVER_PORTS } from '@isthmus/zeek-logs'

const BROADCAST = '255.255.255.255'

/**
 * We know more servers' ports than Zeek, and ask the content of datagrams: its logs name the originator by the ports it knows, else by
 * who spoke first. Where a handshake or the content of a stream told, both agree.
 */
export function turnsForZeek({ transport, toldBy, isReversed, clientKey, serverKey, client, server }: FlowRecord): boolean {
  if (transport !== 'udp' && (transport !== 'tcp' || toldBy !== 'port')) return false
  const ports = ZEEK_SERVER_PORTS[transport]
  const [from, to] = isReversed ? [serverKey, clientKey] : [clientKey, serverKey]
  const target = isReversed ? client : server
  const turns = ports.has(from) && target.text !== BROADCAST && (!ports.has(to) || (transport === 'tcp' && from < to))
  return turns !== isReversed
}

const MANY = /^(?:22[4-9]|23\d)\.|^ff/

/** Its first message is the originator's, and an answer: the sides change places, unless it went to many. */
export function beginsWithAnswer(flow: FlowRecord, isTurned: boolean): boolean {
  const [origin, target] = isTurned ? [flow.server, flow.client] : [flow.client, flow.server]
  return firstAnswer(flow)?.host === origin && !MANY.test(target.text)
}
