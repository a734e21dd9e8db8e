import { hexText } from '../byte-text.ts'
import type { TsharkComparison } from '../testing/tshark.ts'
import type { Amqp, AmqpState } from './amqp.ts'
import { textOf } from './typed.ts'

const FRAMES: Readonly<Record<string, number>> = { method: 1, header: 2, body: 3, heartbeat: 8 }
const SASL = 0x40
const OPEN = 0x10
const SASL_INIT = 0x41
const TRANSFER = 0x14
/** A field of a performative of 1.0. */
const field = (m: Amqp, code: number, index: number): string | undefined =>
  m.kind === 'performative' && m.code === code && m.fields[index] !== undefined ? textOf(m.fields[index]) : undefined
const argument =
  (name: string) =>
  (m: Amqp): string | undefined =>
    m.arguments.has(name) ? textOf(m.arguments.get(name)) : undefined

export const amqpFields: TsharkComparison<Amqp, AmqpState> = {
  protocol: 'amqp',
  filter: 'amqp',
  captures: ['it/amqp'],
  fields: {
    'amqp.type': ({ kind, code }) => (kind === 'performative' ? Number(code >= SASL) : FRAMES[kind]),
    'amqp.channel': ({ kind, channel }) => (kind === 'opening' ? undefined : channel),
    'amqp.length': ({ kind, length }) => (kind === 'opening' ? undefined : length),
    'amqp.performative': ({ kind, code }) => (kind === 'performative' && code < SASL ? code : undefined),
    'amqp.sasl.method': ({ kind, code }) => (kind === 'performative' && code >= SASL ? code : undefined),
    'amqp.performative.arguments.containerId': (m) => field(m, OPEN, 0),
    'amqp.performative.arguments.hostname': (m) => field(m, OPEN, 1) ?? field(m, SASL_INIT, 2),
    'amqp.performative.arguments.deliveryId': ({ kind, code, fields }) =>
      kind === 'performative' && code === TRANSFER && fields[1] !== undefined ? Number(fields[1]) : undefined,
    'amqp.method.class': ({ kind, number }) => (kind === 'method' ? number >> 8 : undefined),
    'amqp.method.method': ({ kind, number }) => (kind === 'method' ? number & 255 : undefined),
    'amqp.method.arguments.exchange': argument('exchange'),
    'amqp.method.arguments.routing_key': argument('routingKey'),
    'amqp.method.arguments.consumer_tag': argument('consumerTag'),
    'amqp.header.body-size': ({ kind, bodySize }) => (kind === 'header' ? bodySize : undefined),
    'amqp.method.properties.content_type': ({ contentType }) => contentType || undefined,
    'amqp.payload': ({ kind, payload }) => (kind === 'body' ? hexText(payload) : undefined),
  },
}
