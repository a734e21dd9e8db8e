import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context, wholeFile } from '../testing/recorder.ts'
import { hexOf } from '../testing/tlv.ts'
import type { Imap, ImapState } from './imap.ts'
import { imap } from './protocol.ts'

const hex = (text: string): string => hexOf([...text].map((c) => c.charCodeAt(0)))
const up = (text: string): string => `>${hex(text)}`
const down = (text: string): string => `<${hex(text)}`
const TCP = { serverPort: 143 } as const
const MESSAGE = 'Subject: x\r\nContent-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAA=\r\n'

test('a login with literals, who both ends are, and a message fetched', () => {
  const talk = exchange(imap, TCP, [
    down('* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\r\n'),
    up('a1 ID ("name" "Thunderbird" "version" "115.3")\r\n'),
    down('* ID ("name" "Dovecot" "version" "2.3" "os" "Linux")\r\n'),
    down('a1 OK done\r\n'),
    up('a2 LOGIN {5}\r\n'),
    down('+ go\r\n'),
    up('alice'),
    up(' "hunter22"\r\n'),
    down('a2 OK in\r\n'),
    up('a3 SELECT INBOX\r\n'),
    down('a3 OK [READ-WRITE]\r\n'),
    up('a4 UID FETCH 7 BODY[]\r\n'),
    down(`* 1 FETCH (UID 7 BODY[] {${MESSAGE.length}}\r\n`),
    down(MESSAGE),
    down(')\r\n'),
    down('a4 OK\r\n'),
  ])
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: 'alice', mask: 'h…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'alice', domain: '', method: 'imap', ok: true },
    {
      kind: 'file.moved',
      name: 'a.zip',
      direction: 'to-client',
      mime: 'application/zip',
      ...wholeFile(Buffer.from('UEsDBAoAAAA=', 'base64')),
    },
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.access]),
    [
      ['ID', '', 'session'],
      ['LOGIN', 'mailbox alice', 'session'],
      ['SELECT', 'INBOX', 'read'],
      ['UID FETCH', 'mailbox alice', 'read'],
    ],
  )
  for (const hint of [
    'server software=Dovecot (Debian)',
    'server software=Dovecot 2.3',
    'server os=Linux',
    'client software=Thunderbird 115.3',
  ])
    assert.ok(talk.heard.hints.includes(hint), hint)
  assert.deepEqual(talk.heard.anomalies, [])
})

test('AUTHENTICATE asks in base 64 and may fail; after STARTTLS somebody else speaks', () => {
  const talk = exchange(imap, TCP, [
    down('* OK IMAP4 server\r\n'),
    up('1 AUTHENTICATE PLAIN\r\n'),
    down('+ \r\n'),
    up('AGJvYgBnZWhlaW05OQ==\r\n'),
    down('1 NO failed\r\n'),
    up('2 STARTTLS\r\n'),
    down('2 OK go\r\n'),
  ])
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: 'bob', mask: 'g…9 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'bob', domain: '', method: 'imap PLAIN', ok: false },
  ])
  assert.equal(imap.dissector.frame(new Reader(Uint8Array.of(0x16, 3, 1)), context('client', talk.state, TCP)), HANDED_OVER)
})

test('what is not IMAP on another port is refused, what is cut is marked', () => {
  const reader = (text: string): Reader => new Reader(Uint8Array.from(text, (c) => c.charCodeAt(0)))
  const ctx = context<Imap, ImapState>('server', imap.dissector.start!(), { serverPort: 9999 })
  assert.equal(imap.dissector.frame(reader('* OK hello\r\n'), ctx), NOT_MINE)
  assert.equal(imap.dissector.frame(reader('220 ftp\r\n'), ctx), NOT_MINE)
  assert.equal(imap.dissector.frame(reader('* OK IMAP4rev1 ready\r\n'), ctx), 22)
  assert.deepEqual(imap.dissector.parse(reader('* OK IM'), ctx).anomalies, ['truncated'])
})
