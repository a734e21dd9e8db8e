import type { Protocol } from '../protocol.ts'
import { type Amqp, type AmqpState, dissector } from './amqp.ts'
import { ended, observe } from './observe.ts'

export const amqp: Protocol<Amqp, AmqpState> = { dissector, observe, ended }
