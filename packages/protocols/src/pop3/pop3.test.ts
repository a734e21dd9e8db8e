import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context, wholeFile } from '../testing/recorder.ts'
import { hexOf } from '../testing/tlv.ts'
import type { Pop3, Pop3State } from './pop3.ts'
import { pop3 } from './protocol.ts'

const hex = (text: string): string => hexOf([...text].map((c) => c.charCodeAt(0)))
const up = (text: string): string => `>${hex(text)}`
const down = (text: string): string => `<${hex(text)}`
const TCP = { serverPort: 110, uid: 'C1' } as const

test('a mailbox is opened with a password in clear, and a message fetched', () => {
  const talk = exchange(pop3, TCP, [
    down('+OK Dovecot ready.\r\n'),
    up('CAPA\r\n'),
    down('+OK\r\n'),
    down('USER\r\nIMPLEMENTATION Example-POP 2.1\r\n'),
    down('.\r\n'),
    up('USER alice\r\n'),
    down('+OK\r\n'),
    up('PASS hunter22\r\n'),
    down('-ERR no\r\n'),
    up('RETR 1\r\n'),
    down('+OK 120 octets\r\n'),
    down('Subject: x\r\nContent-Type: text/csv; name=log.csv\r\n\r\n..dotted;1;2;3\r\n'),
    down('.\r\n'),
  ])
  talk.end()
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: 'alice', mask: 'h…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'alice', domain: '', method: 'pop3', ok: false },
    {
      kind: 'file.moved',
      name: 'log.csv',
      direction: 'to-client',
      mime: 'text/plain',
      ...wholeFile('.dotted;1;2;3\r\n'),
    },
  ])
  for (const hint of ['software=Dovecot', 'software=Example-POP 2.1', 'role=mail server'])
    assert.ok(talk.heard.hints.includes(`server ${hint}`), hint)
  assert.deepEqual(
    talk.rows.rows.map((r) => [r.log, r.cells[6], r.cells[9], r.cells[13], r.cells[14]]),
    [['files', 'POP3', 'text/plain', false, 15]],
  )
})

test('AUTH asks in base 64; after STLS somebody else speaks', () => {
  const talk = exchange(pop3, TCP, [
    down('+OK hello\r\n'),
    up('AUTH LOGIN\r\n'),
    down('+ VXNlcm5hbWU6\r\n'),
    up('Ym9i\r\n'),
    down('+ UGFzc3dvcmQ6\r\n'),
    up('Z2VoZWltOTk=\r\n'),
    down('+OK\r\n'),
    up('STLS\r\n'),
    down('+OK go\r\n'),
  ])
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: 'bob', mask: 'g…9 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'bob', domain: '', method: 'pop3 LOGIN', ok: true },
  ])
  assert.equal(pop3.dissector.frame(new Reader(Uint8Array.of(0x16, 3, 1)), context('client', talk.state, TCP)), HANDED_OVER)
})

test('what is not POP3 on another port is refused, what is cut is marked', () => {
  const frame = (text: string): number =>
    pop3.dissector.frame(
      new Reader(Uint8Array.from(text, (c) => c.charCodeAt(0))),
      context<Pop3, Pop3State>('server', pop3.dissector.start!(), { serverPort: 6379 }),
    )
  assert.equal(frame('+OK\r\n'), NOT_MINE)
  assert.equal(frame('+PONG\r\n'), NOT_MINE)
  assert.equal(frame('+OK POP3 server ready\r\n'), 23)
  const ctx = context<Pop3, Pop3State>('server', pop3.dissector.start!(), TCP)
  assert.deepEqual(pop3.dissector.parse(new Reader(Uint8Array.from('+OK he', (c) => c.charCodeAt(0))), ctx).anomalies, ['truncated'])
})
