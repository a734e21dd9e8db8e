/**
 * Kerberos between a client and its key distribution centre: one message a datagram; over TCP each with its length.
 *
 *   TCP: | length u32 big-endian | message |
 *
 * Spec: RFC 4120 §7.2 (transport). The messages: message.ts.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE } from '@isthmus/wire'
import { berSize, TAG } from '../asn1/ber.ts'
import { TYPE } from './kerberos.table.ts'
import { isMessage, type Kerberos, readKerberos } from './message.ts'

const PREFIX = 4
const MAX_MESSAGE = 1 << 18
const REQUESTS: readonly number[] = [TYPE.asRequest, TYPE.tgsRequest]
const ANSWERS: readonly number[] = [TYPE.asReply, TYPE.tgsReply, TYPE.error]

export const dissector: Dissector<Kerberos> = {
  name: 'kerberos',
  ports: ['tcp/88', 'udp/88'],
  maxFrame: MAX_MESSAGE + PREFIX,
  frame(head, ctx) {
    const prefix = prefixOf(ctx)
    if (head.left <= prefix) return NEED_MORE
    const claimed = prefix === 0 ? 0 : head.u32()
    if (!isMessage(head.peek())) return NOT_MINE
    const size = berSize(head)
    if (size < 0 || size > MAX_MESSAGE) return NOT_MINE
    if (size === 0) return NEED_MORE
    // The message is one sequence that fills its application tag.
    const at = head.peek(1) < 0x80 ? 2 : 2 + (head.peek(1) & 0x7f)
    if (head.left > at && head.peek(at) !== TAG.sequence) return NOT_MINE
    if (prefix > 0 && claimed !== size) return NOT_MINE
    return prefix + size
  },
  key(head, ctx) {
    head.skip(prefixOf(ctx))
    const type = head.peek() & 0x1f
    // One question at a time: the answer names none.
    return REQUESTS.includes(type) || ANSWERS.includes(type) ? 0 : undefined
  },
  parse(r, ctx) {
    if (prefixOf(ctx) > 0) r.u32('length')
    return readKerberos(r)
  },
  side(head) {
    const type = head.peek(head.peek() === 0 ? PREFIX : 0) & 0x1f
    return REQUESTS.includes(type) ? 'client' : ANSWERS.includes(type) ? 'server' : undefined
  },
}

function prefixOf(ctx: Context<Kerberos, undefined>): number {
  return ctx.flow.transport === 'tcp' ? PREFIX : 0
}
