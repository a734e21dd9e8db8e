import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { redis } from './protocol.ts'
import type { Redis, RedisState } from './redis.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const command = (...words: string[]) => `>${hex(`*${words.length}\r\n${words.map((w) => `$${w.length}\r\n${w}\r\n`).join('')}`)}`
const answer = (text: string) => `<${hex(text.replaceAll('|', '\r\n'))}`
const over = { serverPort: 6379 }

test('a login, commands, errors and nested answers, with their rows', () => {
  const x = exchange(redis, over, [
    command('AUTH', 'historian', 'pa55word!'),
    answer('+OK|'),
    command('SET', 'tank:1', '7'),
    answer('+OK|'),
    command('XRANGE', 's', '-', '+'),
    answer('*1|*2|$3|1-0|*2|$1|a|$1|b|'),
    command('CONFIG', 'SET', 'requirepass', 'secret'),
    answer('-NOPERM no|'),
    `>${hex('get tank:1\r\n')}`,
    answer('$-1|'),
    command('INFO'),
    answer('$37|redis_version:7.2.4|os:Linux 6.1 x86|'),
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'historian', mask: 'p…! (9)', weakness: 'clear' },
    { kind: 'login.tried', user: 'historian', domain: '', method: 'redis password', ok: true },
    { kind: 'configuration.changed', what: 'requirepass', value: '', ok: false },
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['SET', 'tank:1', 'write', true, ''],
      ['XRANGE', 's', 'read', true, ''],
      ['CONFIG SET', 'requirepass', 'configure', false, 'NOPERM no'],
      ['GET', 'tank:1', 'read', true, ''],
      ['INFO', '', 'identify', true, ''],
    ],
  )
  assert.deepEqual(x.heard.hints, ['server role=redis server', 'server software=Redis 7.2.4', 'server os=Linux 6.1 x86'])
  assert.deepEqual(x.rows.rows.map((r) => r.cells).slice(0, 5), [
    ['AUTH', undefined, undefined, true, 'OK'],
    ['SET', 'tank:1', '7', true, 'OK'],
    ['XRANGE', undefined, undefined, true, '[[1-0, [a, b]]]'],
    ['CONFIG', undefined, undefined, false, 'NOPERM no'],
    ['get', 'tank:1', undefined, true, 'null'],
  ])
})

test('answers that are switched off are not waited for', () => {
  const x = exchange(redis, over, [command('CLIENT', 'REPLY', 'SKIP'), command('SET', 'a', '1'), command('GET', 'b'), answer('$1|2|')])
  assert.deepEqual(
    x.rows.rows.map((r) => [r.cells[0], r.cells[3]]),
    [
      ['CLIENT', undefined],
      ['SET', undefined],
      ['GET', true],
    ],
  )
})

test('a known command decides on any port', () => {
  const frame = (text: string, from: Side = 'client', port = 7000) =>
    redis.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Redis, RedisState>(from, redis.dissector.start!(), { serverPort: port }),
    )
  assert.deepEqual([frame('*1\r\n$4\r\nPING\r\n'), frame('*1\r\n'), frame('*1\r\n$4\r\nXYZW\r\n')], [14, NEED_MORE, NOT_MINE])
  assert.deepEqual([frame('+OK\r\n', 'server'), frame('PING\r\n'), frame('PING\r\n', 'client', 6379)], [NOT_MINE, NOT_MINE, 6])
})

test('counts and lengths that lie neither loop nor fail', () => {
  const state = redis.dissector.start!()
  const ctx = context<Redis, RedisState>('server', state, over)
  for (const [text, length] of [
    ['*999999999\r\n', NEED_MORE],
    ['$99\r\nab\r\n', 106],
    [`${'*1\r\n'.repeat(20)}:1\r\n`, NOT_MINE],
    ['$-7\r\n', NOT_MINE],
  ] as const) {
    const pdu = new TextEncoder().encode(text)
    assert.equal(redis.dissector.frame(new Reader(pdu), ctx), length, text)
    redis.dissector.parse(new Reader(pdu), ctx)
  }
})
