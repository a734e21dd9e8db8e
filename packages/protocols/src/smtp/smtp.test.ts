import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NOT_MINE, Reader } from '@isthmus/wire'
import { blockLength, Mail } from '../mime/mail.ts'
import { exchange } from '../testing/exchange.ts'
import { context, wholeFile } from '../testing/recorder.ts'
import { addressesIn, splitAddresses } from './address.ts'
import { smtp } from './protocol.ts'
import type { Smtp, SmtpState } from './smtp.ts'

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')
const up = (text: string): string => `>${hex(text)}`
const down = (text: string): string => `<${hex(text)}`
const TCP = { serverPort: 25, uid: 'C1' } as const
const HELLO = [
  down('220 mail.plant.example ESMTP Postfix (Debian)\r\n'),
  up('EHLO eng1\r\n'),
  down('250-mail\r\n'),
  down('250 STARTTLS\r\n'),
]
const ENVELOPE = [up('MAIL FROM:<a@x.example> SIZE=9\r\n'), down('250 ok\r\n'), up('RCPT TO:<b@y.example>\r\n'), down('250 ok\r\n')]
const BODY = [
  'Date: Mon, 2 Jan 2023 10:00:00 +0000',
  'From: "A" <a@x.example>',
  'To: b@y.example,"Doe, C" <c@y.example>',
  'Subject: drawings',
  '\tof the plant',
  'Received: from eng1 (10.1.1.1) by mail (10.1.1.2)',
  'Content-Type: multipart/mixed; boundary="sep"',
  '',
  'for old readers',
  '--sep',
  'Content-Type: text/plain',
  '',
  'Hello there, see it.',
  '',
  '--sep',
  'Content-Type: application/octet-stream; name="plan.bin"',
  'Content-Transfer-Encoding: base64',
  '',
  'TVqQAAMAAAAEAAAA',
  'AAEC',
  '--sep--',
  '',
].join('\r\n')

test('a message with an attachment: who, to whom, what, and its rows', () => {
  const talk = exchange(smtp, TCP, [
    ...HELLO,
    ...ENVELOPE,
    up('DATA\r\n'),
    down('354 go\r\n'),
    up(BODY),
    up('.\r\n'),
    down('250 queued\r\n'),
    up('QUIT\r\n'),
    down('221 bye\r\n'),
  ])
  talk.end()
  const content = Buffer.from('TVqQAAMAAAAEAAAAAAEC', 'base64')
  assert.deepEqual(talk.heard.said, [
    {
      kind: 'file.moved',
      name: 'plan.bin',
      direction: 'to-server',
      mime: 'application/x-dosexec',
      ...wholeFile(content),
    },
  ])
  assert.ok(talk.heard.hints.includes('server software=Postfix Debian') && talk.heard.hints.includes('client name=eng1'))
  const files = talk.rows.rows.filter((r) => r.log === 'files')
  assert.deepEqual(
    files.map((r) => [r.cells[6], r.cells[7], r.cells[9], r.cells[10], r.cells[14]]),
    [
      ['SMTP', 2, 'text/plain', undefined, 'Hello there, see it.\r\n'.length],
      ['SMTP', 3, 'application/x-dosexec', 'plan.bin', content.length],
    ],
  )
  const rows = talk.rows.rows.filter((r) => r.log === 'smtp')
  assert.equal(rows.length, 1)
  assert.deepEqual(rows[0]!.cells.slice(0, 7), [
    1,
    'eng1',
    'a@x.example',
    ['b@y.example'],
    'Mon, 2 Jan 2023 10:00:00 +0000',
    '"A" <a@x.example>',
    ['b@y.example', '"Doe, C" <c@y.example>'],
  ])
  assert.equal(rows[0]!.cells[11], 'drawings\tof the plant')
  assert.equal(rows[0]!.cells[15], '250 queued')
  assert.deepEqual(rows[0]!.cells[16], ['10.0.0.2', '10.0.0.1', '10.1.1.2'])
})

test('a password in base 64 is a password in clear', () => {
  const talk = exchange(smtp, TCP, [
    ...HELLO,
    up('AUTH LOGIN\r\n'),
    down('334 VXNlcm5hbWU6\r\n'),
    up(`${Buffer.from('alice').toString('base64')}\r\n`),
    down('334 UGFzc3dvcmQ6\r\n'),
    up(`${Buffer.from('hunter22').toString('base64')}\r\n`),
    down('535 no\r\n'),
    up(`AUTH PLAIN ${Buffer.from('\0bob\0geheim99').toString('base64')}\r\n`),
    down('235 yes\r\n'),
  ])
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: 'alice', mask: 'h…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'alice', domain: '', method: 'smtp LOGIN', ok: false },
    { kind: 'credential.exposed', user: 'bob', mask: 'g…9 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'bob', domain: '', method: 'smtp PLAIN', ok: true },
  ])
})

test('after STARTTLS somebody else speaks, and the row says so', () => {
  const talk = exchange(smtp, TCP, [...HELLO, up('STARTTLS\r\n'), down('220 go\r\n')])
  assert.equal(smtp.dissector.frame(new Reader(Uint8Array.of(0x16, 3, 1)), context('client', talk.state, TCP)), HANDED_OVER)
  talk.end()
  assert.deepEqual(talk.rows.rows[0]!.cells.slice(15), ['220 go', ['10.0.0.2', '10.0.0.1'], undefined, true, []])
})

test('chunks carry a message as well, wherever they cut it', () => {
  const half = 201
  const talk = exchange(smtp, TCP, [
    ...HELLO,
    ...ENVELOPE,
    up(`BDAT ${half}\r\n`),
    up(BODY.slice(0, half)),
    down('250 ok\r\n'),
    up(`BDAT ${BODY.length - half} LAST\r\n`),
    up(BODY.slice(half)),
    down('250 ok\r\n'),
  ])
  assert.equal(talk.heard.said.filter((s) => s.kind === 'file.moved').length, 1)
  assert.equal(talk.rows.rows.filter((r) => r.log === 'smtp').length, 1)
})

test('a refused DATA leaves commands being commands', () => {
  const talk = exchange(smtp, TCP, [...HELLO, up('DATA\r\n'), down('503 no\r\n'), up('NOOP\r\n'), down('250 ok\r\n')])
  assert.equal(talk.messages.at(-2)!.command, 'NOOP')
})

test('quoted-printable, soft line ends and nested messages', () => {
  const mail = new Mail()
  for (const line of ['Content-Type: message/rfc822', '', 'Content-Transfer-Encoding: quoted-printable', '', 'a=3Db =', 'c', 'd=zz'])
    mail.line(Buffer.from(line))
  mail.end()
  const ends = mail.take().filter((e) => e.kind === 'end')
  assert.deepEqual(
    ends.map((e) => e.part.file.bytes),
    ['a=b c\r\nd=zz\r\n'.length, 0],
  )
})

test('a type made to be read slowly is read at once', () => {
  const since = performance.now()
  const mail = new Mail()
  for (let n = 0; n < 20; n++) mail.line(Buffer.from(`Content-Type: ${'.'.repeat(8000)}`))
  mail.end()
  assert.ok(performance.now() - since < 1000)
})

test('a message ends at its dot, wherever segments end', () => {
  const text = Buffer.from('a\r\n..b\r\n.\r\nQUIT\r\n')
  assert.equal(blockLength(text, 0, text.length, 65_536), 8)
  assert.equal(blockLength(text, 8, text.length, 65_536), 3)
  for (let n = 9; n < 11; n++) assert.equal(blockLength(text, 8, n, 65_536), 0, `cut at ${n}`)
  assert.equal(blockLength(text, 0, 4, 65_536), 3)
})

test('addresses as Zeek cuts them', () => {
  assert.deepEqual(addressesIn('TO:<a@b.c> ORCPT=rfc822;a@b.c'), ['a@b.c', 'ORCPT=rfc822a@b.c'])
  assert.deepEqual(addressesIn('FROM:<>'), [])
  assert.deepEqual(splitAddresses('"Doe, J" <j@x>, k@y'), ['"Doe, J" <j@x>', 'k@y'])
})

test('every altered byte is survived; other openings are refused', () => {
  for (const opening of ['220 ftp.example FTP ready\r\n', 'HTTP/1.1 200 OK\r\n', 'GET / HTTP/1.1\r\n', '\x16\x03\x01\x00']) {
    const ctx = context<Smtp, SmtpState>(/^\d|^H/.test(opening) ? 'server' : 'client', smtp.dissector.start!(), { serverPort: 9999 })
    assert.equal(smtp.dissector.frame(new Reader(Buffer.from(opening, 'latin1')), ctx), NOT_MINE, opening)
  }
  const whole = Buffer.from(BODY, 'latin1')
  for (let n = 0; n < whole.length; n += 3) {
    const altered = Uint8Array.from(whole)
    altered[n] = 0xff
    const mail = new Mail()
    mail.chunk(altered)
    mail.end()
    mail.take()
  }
})
