/** Methods of AMQP 0-9-1 (with RabbitMQ's extensions) and performatives of 1.0. */
import type { Access } from '@isthmus/model'

/** One letter an argument: s short string, l long string, t table, o octet, h short, w long, d long long, b the bits' octet. */
export type Method = {
  readonly name: string
  readonly from: 'client' | 'server' | 'both'
  readonly access: Access
  /** Names of the arguments by their letters: `h:ticket s:exchange`. */
  readonly arguments: string
  /** The argument that says what it is done to. */
  readonly object?: readonly string[]
  /** Answered by the method of the next number, or of this one. */
  readonly answer?: number
  /** Bit of `bits` that says nobody shall answer. */
  readonly noWait?: number
}

const m = (
  name: string,
  from: Method['from'],
  access: Access,
  args = '',
  object: readonly string[] = [],
  answer?: number,
  noWait?: number,
): Method => ({
  name,
  from,
  access,
  arguments: args,
  object,
  ...(answer === undefined ? {} : { answer }),
  ...(noWait === undefined ? {} : { noWait }),
})

/** By class * 256 + method. AMQP 0-9-1 §1.4. */
export const METHODS: ReadonlyMap<number, Method> = new Map([
  [10 * 256 + 10, m('connection start', 'server', 'session', 'o:major o:minor t:properties l:mechanisms l:locales')],
  [10 * 256 + 11, m('connection start-ok', 'client', 'session', 't:properties s:mechanism l:response s:locale')],
  [10 * 256 + 20, m('connection secure', 'server', 'session', 'l:challenge')],
  [10 * 256 + 21, m('connection secure-ok', 'client', 'session', 'l:response')],
  [10 * 256 + 30, m('connection tune', 'server', 'session', 'h:channelMax w:frameMax h:heartbeat')],
  [10 * 256 + 31, m('connection tune-ok', 'client', 'session', 'h:channelMax w:frameMax h:heartbeat')],
  [10 * 256 + 40, m('connection open', 'client', 'session', 's:virtualHost s:capabilities b:bits', ['virtualHost'], 41)],
  [10 * 256 + 41, m('connection open-ok', 'server', 'session', 's:knownHosts')],
  [10 * 256 + 50, m('connection close', 'both', 'session', 'h:replyCode s:replyText h:class h:method')],
  [10 * 256 + 51, m('connection close-ok', 'both', 'session')],
  [10 * 256 + 60, m('connection blocked', 'server', 'session', 's:reason')],
  [10 * 256 + 61, m('connection unblocked', 'server', 'session')],
  [10 * 256 + 70, m('connection update-secret', 'client', 'session', 'l:secret s:reason')],
  [10 * 256 + 71, m('connection update-secret-ok', 'server', 'session')],
  [20 * 256 + 10, m('channel open', 'client', 'session', 's:reserved')],
  [20 * 256 + 11, m('channel open-ok', 'server', 'session', 'l:reserved')],
  [20 * 256 + 20, m('channel flow', 'both', 'session', 'b:bits')],
  [20 * 256 + 21, m('channel flow-ok', 'both', 'session', 'b:bits')],
  [20 * 256 + 40, m('channel close', 'both', 'session', 'h:replyCode s:replyText h:class h:method')],
  [20 * 256 + 41, m('channel close-ok', 'both', 'session')],
  [30 * 256 + 10, m('access request', 'client', 'session', 's:realm b:bits')],
  [30 * 256 + 11, m('access request-ok', 'server', 'session', 'h:ticket')],
  [40 * 256 + 10, m('exchange declare', 'client', 'configure', 'h:ticket s:exchange s:type b:bits t:arguments', ['exchange'], 11, 0x10)],
  [40 * 256 + 11, m('exchange declare-ok', 'server', 'configure')],
  [40 * 256 + 20, m('exchange delete', 'client', 'configure', 'h:ticket s:exchange b:bits', ['exchange'], 21, 0x02)],
  [40 * 256 + 21, m('exchange delete-ok', 'server', 'configure')],
  [
    40 * 256 + 30,
    m(
      'exchange bind',
      'client',
      'configure',
      'h:ticket s:destination s:source s:routingKey b:bits t:arguments',
      ['destination', 'source', 'routingKey'],
      31,
      0x01,
    ),
  ],
  [40 * 256 + 31, m('exchange bind-ok', 'server', 'configure')],
  [
    40 * 256 + 40,
    m(
      'exchange unbind',
      'client',
      'configure',
      'h:ticket s:destination s:source s:routingKey b:bits t:arguments',
      ['destination', 'source', 'routingKey'],
      51,
      0x01,
    ),
  ],
  [40 * 256 + 51, m('exchange unbind-ok', 'server', 'configure')],
  [50 * 256 + 10, m('queue declare', 'client', 'configure', 'h:ticket s:queue b:bits t:arguments', ['queue'], 11, 0x10)],
  [50 * 256 + 11, m('queue declare-ok', 'server', 'configure', 's:queue w:messages w:consumers')],
  [
    50 * 256 + 20,
    m(
      'queue bind',
      'client',
      'configure',
      'h:ticket s:queue s:exchange s:routingKey b:bits t:arguments',
      ['queue', 'exchange', 'routingKey'],
      21,
      0x01,
    ),
  ],
  [50 * 256 + 21, m('queue bind-ok', 'server', 'configure')],
  [50 * 256 + 30, m('queue purge', 'client', 'configure', 'h:ticket s:queue b:bits', ['queue'], 31, 0x01)],
  [50 * 256 + 31, m('queue purge-ok', 'server', 'configure', 'w:messages')],
  [50 * 256 + 40, m('queue delete', 'client', 'configure', 'h:ticket s:queue b:bits', ['queue'], 41, 0x04)],
  [50 * 256 + 41, m('queue delete-ok', 'server', 'configure', 'w:messages')],
  [
    50 * 256 + 50,
    m(
      'queue unbind',
      'client',
      'configure',
      'h:ticket s:queue s:exchange s:routingKey t:arguments',
      ['queue', 'exchange', 'routingKey'],
      51,
    ),
  ],
  [50 * 256 + 51, m('queue unbind-ok', 'server', 'configure')],
  [60 * 256 + 10, m('qos', 'client', 'session', 'w:prefetchSize h:prefetchCount b:bits')],
  [60 * 256 + 11, m('qos-ok', 'server', 'session')],
  [60 * 256 + 20, m('consume', 'client', 'read', 'h:ticket s:queue s:consumerTag b:bits t:arguments', ['queue'], 21, 0x08)],
  [60 * 256 + 21, m('consume-ok', 'server', 'read', 's:consumerTag')],
  [60 * 256 + 30, m('cancel', 'both', 'session', 's:consumerTag b:bits')],
  [60 * 256 + 31, m('cancel-ok', 'both', 'session', 's:consumerTag')],
  [60 * 256 + 40, m('publish', 'client', 'write', 'h:ticket s:exchange s:routingKey b:bits', ['exchange', 'routingKey'])],
  [60 * 256 + 50, m('return', 'server', 'write', 'h:replyCode s:replyText s:exchange s:routingKey', ['exchange', 'routingKey'])],
  [60 * 256 + 60, m('deliver', 'server', 'read', 's:consumerTag d:deliveryTag b:bits s:exchange s:routingKey', ['exchange', 'routingKey'])],
  [60 * 256 + 70, m('get', 'client', 'read', 'h:ticket s:queue b:bits', ['queue'], 71)],
  [60 * 256 + 71, m('get-ok', 'server', 'read', 'd:deliveryTag b:bits s:exchange s:routingKey w:messages', ['exchange', 'routingKey'])],
  [60 * 256 + 72, m('get-empty', 'server', 'read', 's:reserved')],
  [60 * 256 + 80, m('ack', 'both', 'session', 'd:deliveryTag b:bits')],
  [60 * 256 + 90, m('reject', 'client', 'session', 'd:deliveryTag b:bits')],
  [60 * 256 + 100, m('recover-async', 'client', 'session', 'b:bits')],
  [60 * 256 + 110, m('recover', 'client', 'session', 'b:bits')],
  [60 * 256 + 111, m('recover-ok', 'server', 'session')],
  [60 * 256 + 120, m('nack', 'both', 'session', 'd:deliveryTag b:bits')],
  [85 * 256 + 10, m('confirm select', 'client', 'session', 'b:bits')],
  [85 * 256 + 11, m('confirm select-ok', 'server', 'session')],
  [90 * 256 + 10, m('tx select', 'client', 'session')],
  [90 * 256 + 11, m('tx select-ok', 'server', 'session')],
  [90 * 256 + 20, m('tx commit', 'client', 'session')],
  [90 * 256 + 21, m('tx commit-ok', 'server', 'session')],
  [90 * 256 + 30, m('tx rollback', 'client', 'session')],
  [90 * 256 + 31, m('tx rollback-ok', 'server', 'session')],
])

/** Descriptors of 1.0 (§2.7, §3.2, §5.3). */
export const PERFORMATIVES: Readonly<Record<number, string>> = {
  0x10: 'open',
  0x11: 'begin',
  0x12: 'attach',
  0x13: 'flow',
  0x14: 'transfer',
  0x15: 'disposition',
  0x16: 'detach',
  0x17: 'end',
  0x18: 'close',
  0x40: 'mechanisms',
  0x41: 'init',
  0x42: 'challenge',
  0x43: 'response',
  0x44: 'outcome',
}
