import type { TsharkComparison } from '../testing/tshark.ts'
import type { Amqp, AmqpState } from './amqp.ts'
import { textOf } from './typed.ts'

const FRAMES: Readonly<Record<string, number>> = { method: 1, header: 2, body: 3, heartbeat: 8 }
const argument =
  (name: string) =>
  (m: Amqp): string | undefined =>
    m.arguments.has(name) ? textOf(m.arguments.get(name)) : undefined

export const amqpFields: TsharkComparison<Amqp, AmqpState> = {
  protocol: 'amqp',
  filter: 'amqp',
  captures: ['it/amqp'],
  fields: {
    'amqp.type': ({ kind }) => FRAMES[kind],
    'amqp.channel': ({ channel }) => channel,
    'amqp.length': ({ length }) => length,
    'amqp.method.class': ({ kind, number }) => (kind === 'method' ? number >> 8 : undefined),
    'amqp.method.method': ({ kind, number }) => (kind === 'method' ? number & 255 : undefined),
    'amqp.method.arguments.exchange': argument('exchange'),
    'amqp.method.arguments.routing_key': argument('routingKey'),
    'amqp.method.arguments.consumer_tag': argument('consumerTag'),
    'amqp.header.body-size': ({ kind, bodySize }) => (kind === 'header' ? bodySize : undefined),
    'amqp.method.properties.content_type': ({ contentType }) => contentType || undefined,
    'amqp.payload': ({ kind, payload }) => (kind === 'body' ? hex(payload) : undefined),
  },
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
