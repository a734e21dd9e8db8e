import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ftp } from './ftp/protocol.ts'
import { imap } from './imap/protocol.ts'
import { pop3 } from './pop3/protocol.ts'
import type { AnyProtocol } from './protocol.ts'
import { rtsp } from './rtsp/protocol.ts'
import { sip } from './sip/protocol.ts'
import { smtp } from './smtp/protocol.ts'
import { syslog } from './syslog/protocol.ts'
import { exchange } from './testing/exchange.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')

function textsOf(protocol: AnyProtocol, over: object, ...lines: string[]): [string, number][] {
  const said = lines.map((line) => line[0] + hex(line.slice(1)))
  return exchange(protocol, over, said).heard.texts
}

const long = (text: string, length: number) => text + 'a'.repeat(length - text.length)

test('a text longer than its readers are made for is told with its length, in every protocol of lines and fields', () => {
  const LENGTHS = [4096, 4097, 32_768] as const
  const told = (protocol: AnyProtocol, over: object, opening: readonly string[], line: (n: number) => string) =>
    LENGTHS.map((n) => textsOf(protocol, over, ...opening, line(n))[0])
  const command = (from: string, text: string) => (n: number) => `${from}${long(text, n - 2)}\r\n`
  assert.deepEqual(told(ftp, { serverPort: 21 }, ['<220 ready\r\n'], command('>', 'CWD ')), [
    undefined,
    ['command CWD', 4097],
    ['command CWD', 32_768],
  ])
  assert.deepEqual(told(smtp, { serverPort: 25 }, ['<220 ready ESMTP\r\n'], command('>', 'HELO ')).slice(1), [
    ['command HELO', 4097],
    ['command HELO', 32_768],
  ])
  assert.deepEqual(told(pop3, { serverPort: 110 }, ['<+OK ready\r\n'], command('>', 'USER ')).at(-1), ['command USER', 32_768])
  assert.deepEqual(told(imap, { serverPort: 143 }, ['<* OK ready\r\n'], command('>', 'a1 LOGIN ')).at(-1), ['command LOGIN', 32_768])
  assert.deepEqual(told(imap, { serverPort: 143 }, ['<* OK ready\r\n'], command('<', '* SEARCH ')).at(-1), undefined)
  assert.deepEqual(told(syslog, { serverPort: 514, transport: 'udp' }, [], (n) => `>${long('<13>', n)}`).at(-1), ['message', 32_768])
  const fields = (first: string) => (n: number) => `>${first}\r\nX-Pad: ${long('', n)}\r\n\r\n`
  assert.deepEqual(told(sip, { serverPort: 5060, transport: 'udp' }, [], fields('OPTIONS sip:a SIP/2.0')).at(-1), ['field x-pad', 32_768])
  assert.deepEqual(told(rtsp, { serverPort: 554 }, [], fields('OPTIONS rtsp://a RTSP/1.0')).at(-1), ['field x-pad', 32_768])
})

test('a line longer than what is looked at is told in pieces', () => {
  for (const [protocol, port, hello] of [
    [ftp, 21, '<220 ready\r\n'],
    [smtp, 25, '<220 ready ESMTP\r\n'],
    [pop3, 110, '<+OK ready\r\n'],
    [imap, 143, '<* OK ready\r\n'],
  ] as const)
    assert.equal(
      textsOf(protocol as AnyProtocol, { serverPort: port }, hello, `>${long('USER ', 65_536)}`)[0]?.[1],
      65_536,
      protocol.dissector.name,
    )
})
