import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { syslog } from './protocol.ts'
import type { Syslog } from './syslog.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const udp = { transport: 'udp', serverPort: 514 } as const
const lines = (...texts: string[]) =>
  exchange(
    syslog,
    udp,
    texts.map((t) => `>${hex(t)}`),
  )

test('priority, host, application and text of both header styles', () => {
  const x = lines(
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
    '<165>1 2026-10-11T22:14:15.003Z rtu7.plant evntslog 8710 ID47 - started',
    '<189>29: *Mar  1 18:48:50.483 UTC: %SYS-5-CONFIG_I: Configured from console by admin',
    '<13>no header at all',
  )
  assert.deepEqual(
    x.messages.map((m) => [m.facility, m.severity, m.host, m.application, m.text]),
    [
      [4, 2, 'mymachine', 'su', "'su root' failed"],
      [20, 5, 'rtu7.plant', 'evntslog', '- started'],
      [23, 5, '', '', '%SYS-5-CONFIG_I: Configured from console by admin'],
      [1, 5, '', '', 'no header at all'],
    ],
  )
  assert.deepEqual(x.heard.hints, ['server role=syslog server', 'client name=mymachine', 'client name=rtu7.plant'])
  assert.deepEqual(
    x.heard.said.map((s) => s.kind),
    ['device.diagnosed', 'configuration.changed'],
  )
  assert.deepEqual(x.rows.rows[0]!.cells, ['udp', 'AUTH', 'CRIT', "Oct 11 22:14:15 mymachine su: 'su root' failed"])
})

test('on its own port a message needs no priority; elsewhere it does', () => {
  assert.deepEqual(lines('EVIL').rows.rows[0]!.cells, ['udp', 'UNSPECIFIED', 'UNSPECIFIED', 'EVIL'])
  const other = context<Syslog, undefined>('client', undefined, { transport: 'udp', serverPort: 5140 })
  const frame = (text: string) => syslog.dissector.frame(new Reader(new TextEncoder().encode(text)), other)
  assert.deepEqual([frame('EVIL'), frame('<?xml version'), frame('<13>x'), frame('<1234>x')], [NOT_MINE, NOT_MINE, 5, NOT_MINE])
})

test('both framings over TCP', () => {
  const tcp = context<Syslog, undefined>('client', undefined, { serverPort: 601 })
  const frame = (text: string) => syslog.dissector.frame(new Reader(new TextEncoder().encode(text)), tcp)
  assert.deepEqual(
    [frame('<13>a b\n<13>c\n'), frame('7 <13>a b7 <13'), frame('<13>a'), frame('12'), frame('GET /')],
    [8, 9, NEED_MORE, NEED_MORE, NOT_MINE],
  )
  const x = exchange(syslog, { serverPort: 601 }, [`>${hex('7 <13>a b')}`, `>${hex('<14>c\n')}`])
  assert.deepEqual(
    x.messages.map((m) => m.message),
    ['a b', 'c'],
  )
})
