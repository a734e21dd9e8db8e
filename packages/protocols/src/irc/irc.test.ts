import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import type { Channel } from '../data-channel.ts'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import type { Irc, IrcState } from './irc.ts'
import { irc } from './protocol.ts'

const over = { serverPort: 6667 }
const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const session = (...lines: string[]) =>
  exchange(
    irc,
    over,
    lines.map((line) => line[0] + hex(`${line.slice(1)}\r\n`)),
  )

test('a bot registers, joins a channel with a key and is told what to do', () => {
  const x = session(
    '>PASS s3cretpass',
    '>NICK bot7',
    '>USER a b c :real name here',
    '<:srv.example 001 bot7 :Welcome',
    '<:srv.example 004 bot7 srv.example ircd-2.11 aoOirw abe',
    '>JOIN #cmd,#x key1',
    '<:boss!u@h PRIVMSG #cmd :.scan 10.0.0.0/8',
    '<:srv.example 474 bot7 #x :Cannot join channel (+b)',
  )
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: '', mask: 's…s (10)', weakness: 'clear' },
    { kind: 'login.tried', user: 'bot7', domain: '', method: 'irc password', ok: true },
  ])
  assert.deepEqual(x.heard.hints, ['client user=bot7', 'server role=irc server', 'server name=srv.example', 'server software=ircd-2.11'])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.error]),
    [
      ['NICK', 'bot7', ''],
      ['USER', '', ''],
      ['JOIN', '#cmd,#x', ''],
      ['message received', '#cmd', ''],
      ['answer 474', '', 'Cannot join channel (+b)'],
    ],
  )
  assert.deepEqual(
    x.rows.rows.map((r) => r.cells.slice(0, 5)),
    [
      [undefined, undefined, 'NICK', 'bot7', undefined],
      ['bot7', undefined, 'USER', 'a', 'b c realname here '],
      ['bot7', 'a', 'JOIN', '#cmd', " with channel key: 'key1'"],
      ['bot7', 'a', 'JOIN', '#x', ''],
    ],
  )
})

test('a file that is offered is expected at its address; its row comes with its bytes', () => {
  const state = irc.dissector.start!()
  const x = session('<:a!b@c PRIVMSG me :\x01DCC SEND tool.exe 167772161 5000 42\x01')
  const dcc = x.messages[0]!.dcc!
  assert.deepEqual([dcc.name, dcc.ip, dcc.port, dcc.size], ['tool.exe', '10.0.0.1', 5000, 42])
  const expected = irc.dissector.expects!(x.messages[0]!, context<Irc, IrcState>('server', state, over))
  const channel = expected![0]!.about as Channel
  x.end()
  assert.equal(x.rows.rows.length, 0)
  channel.bytes = 42
  channel.type = 'application/x-dosexec'
  x.end()
  assert.deepEqual(x.rows.rows[0]!.cells.slice(2), ['DCC', undefined, undefined, 'tool.exe', 42, 'application/x-dosexec', undefined])
})

test('after the number that agrees to TLS the conversation is handed over', () => {
  const x = session('>STARTTLS', '<:srv 670 * :STARTTLS successful')
  const ctx = context<Irc, IrcState>('client', x.state, over)
  assert.equal(irc.dissector.frame(new Reader(Uint8Array.of(0x16, 3, 1)), ctx), HANDED_OVER)
})

test('content decides: other protocols have users too', () => {
  const frame = (text: string, from: Side = 'client') =>
    irc.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Irc, IrcState>(from, irc.dissector.start!(), { serverPort: 8000 }),
    )
  assert.deepEqual(
    [frame('NICK a\r\n'), frame('USER a b c :d\n'), frame('NICK'), frame(':s 001 a :hi\r\n', 'server')],
    [8, 14, NEED_MORE, 14],
  )
  for (const other of ['USER anonymous\r\n', 'GET / HTTP/1.1\r\n', 'EHLO x\r\n', '<?xml version="1.0"?>\r\n'])
    assert.equal(frame(other), NOT_MINE, other)
})

test('a line of five thousand bytes is an anomaly, not a row', () => {
  const x = session(`>NICK ${'x'.repeat(5000)}`)
  assert.deepEqual([x.heard.anomalies, x.rows.rows.length], [['text.overlong', 'irc.line-too-long'], 0])
})
