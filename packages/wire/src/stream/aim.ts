/** What conversations hand to dissectors and listeners. The context is one for all, aimed before each call: no connection carries its own. */
import type { Context, Flow, SeenMessage, Side } from '../dissector.ts'
import { NO_SHIFT } from './end.ts'
import type { Moment } from './listener.ts'

const context: Context<unknown, unknown> = { from: 'client', asked: undefined, state: undefined, flow: undefined as never }

export function aim(from: Side, asked: unknown, state: unknown, flow: Flow): Context<unknown, unknown> {
  context.from = from
  context.asked = asked
  context.state = state
  context.flow = flow
  return context
}

/** Before a conversation's first message. */
export function nothingSeen(flow: Flow): SeenMessage<unknown, unknown> {
  return {
    from: 'client',
    message: undefined,
    asked: undefined,
    askedAt: undefined,
    state: undefined,
    flow,
    at: 0,
    firstPacket: 0,
    lastPacket: 0,
    fromByte: 0,
    toByte: 0,
    length: 0,
  }
}

/**
 * What is told next was seen here, up to the packet at hand.
 * @param shift from places in the buffer to those in the frame; without it they are not known and stay 0
 */
export function place(
  seen: SeenMessage<unknown, unknown>,
  { atUs, packet }: Moment,
  firstPacket: number,
  at: number,
  end: number,
  shift: number,
): void {
  seen.at = atUs
  seen.firstPacket = firstPacket
  seen.lastPacket = packet
  seen.fromByte = shift === NO_SHIFT || at + shift < 0 ? 0 : at + shift
  seen.toByte = shift === NO_SHIFT ? 0 : end + shift
  seen.length = end - at
}
