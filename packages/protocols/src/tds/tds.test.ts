import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { sqlBrowser, tds } from './protocol.ts'
import type { Tds, TdsState } from './tds.ts'

const byte = (n: number) => n.toString(16).padStart(2, '0')
const le16 = (n: number) => byte(n & 255) + byte(n >> 8)
const raw = (text: string) => [...text].map((c) => byte(c.charCodeAt(0))).join('')
const wide = (text: string) => [...text].map((c) => `${byte(c.charCodeAt(0))}00`).join('')
const packet = (type: number, ...parts: string[]) => {
  const body = parts.join('').replace(/ /g, '')
  const n = 8 + body.length / 2
  return `${byte(type)}01${byte(n >> 8)}${byte(n & 255)}00000100${body}`
}
const PRELOGIN = '00 000b 0006  01 0011 0001 ff 10000fa0 0000 02'.replace(/ /g, '')
const over = { serverPort: 1433 }

/** A login record: thirty-six bytes, nine places, names behind. */
function login(names: readonly string[], password: string): string {
  const veiled = [...password].map((c) => {
    const swapped = ((c.charCodeAt(0) << 4) | (c.charCodeAt(0) >> 4)) & 255
    return `${byte(swapped ^ 0xa5)}a5`
  })
  const all = [...names.slice(0, 2).map(wide), veiled.join(''), ...names.slice(2).map(wide)]
  let at = 36 + 9 * 4
  let places = ''
  for (const one of all) {
    places += le16(at) + le16(one.length / 4)
    at += one.length / 2
  }
  return packet(16, `${le16(at)}0000`, '04000074', '00'.repeat(28), places, all.join(''))
}
const done = 'fd 0000 0000 00000000 00000000'.replace(/ /g, '')
const error = (number: number, text: string, server: string) => {
  const body = `${le16(number)}0000 01 0e ${le16(text.length)}${wide(text)} ${byte(server.length)}${wide(server)} 00 01000000`.replace(
    / /g,
    '',
  )
  return `aa${le16(body.length / 2)}${body}`
}

test('prelogin, a login whose password is only veiled, a batch and an error', () => {
  const x = exchange(tds, over, [
    `>${packet(18, PRELOGIN)}`,
    `<${packet(4, PRELOGIN)}`,
    `>${login(['HMI-3', 'sa', 'WinCC', 'SRV1', '', 'ODBC', '', 'plant'], 'Passw0rd')}`,
    `<${packet(4, `ad${le16(10 + 8)}0174000004 04${wide('MSSQ')}10000fa0`, done)}`,
    `>${packet(1, '16000000 12000000 0200 0000000000000000 01000000', wide("update tank set level=7 where id='a'"))}`,
    `<${packet(4, done)}`,
    `>${packet(1, '16000000 12000000 0200 0000000000000000 01000000', wide('exec xp_cmdshell x'))}`,
    `<${packet(4, error(15281, 'blocked', 'SRV1\\SQL'), done)}`,
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'sa', mask: 'P…d (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'sa', domain: 'plant', method: 'tds password', ok: true },
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['UPDATE', "update tank set level=? where id='…'", 'write', true, ''],
      ['EXEC', 'exec xp_cmdshell x', 'control', false, '15281 blocked'],
    ],
  )
  assert.deepEqual(x.heard.hints, [
    'server software=Microsoft SQL Server 2022 (16.0.4000)',
    'server role=database server',
    'client name=HMI-3',
    'client software=WinCC',
    'client software=ODBC',
    'client user=sa',
    'server software=MSSQ 16.0.4000',
    'server name=SRV1',
  ])
})

test('a message of two packets is read once it is whole', () => {
  const text = wide('select 1')
  const half = (status: string, body: string) => `>01${status}${(8 + body.length / 2).toString(16).padStart(4, '0')}00000100${body}`
  const x = exchange(tds, over, [`>${packet(18, PRELOGIN)}`, half('00', text.slice(0, 12)), half('01', text.slice(12))])
  assert.deepEqual(
    x.messages.map((m) => m.text),
    ['', '', 'select 1'],
  )
})

test('instances as the browser service lists them', () => {
  const list = 'ServerName;HIST1;InstanceName;WINCC;IsClustered;No;Version;15.0.2000.5;tcp;1433;;'
  const x = exchange(sqlBrowser, { transport: 'udp', serverPort: 1434 }, ['>03', `<05${le16(list.length)}${raw(list)}`])
  assert.deepEqual(x.heard.hints, [
    'server name=HIST1',
    'server instance WINCC software=Microsoft SQL Server 15.0.2000.5',
    'server role=database server',
  ])
})

test('a prelogin or login decides on any port', () => {
  const frame = (hex: string) =>
    tds.dissector.frame(new Reader(bytes(hex)), context<Tds, TdsState>('client', tds.dissector.start!(), { serverPort: 4000 }))
  assert.equal(frame(packet(18, PRELOGIN)), 8 + 18)
  for (const other of ['1201001a 00000100 16030100', '010100200000 0100 7300', '160301 0200 01', packet(16, '00'.repeat(40))])
    assert.equal(frame(other), NOT_MINE, other)
})

test('places outside the record are truncation or empty, never trouble', () => {
  const pdu = packet(16, '30000000 04000074', '00'.repeat(28), 'ffff 8000'.repeat(3))
  const x = exchange(tds, over, [`>${packet(18, PRELOGIN)}`, `>${pdu}`])
  assert.deepEqual([x.messages[1]!.login?.user, x.heard.anomalies], ['', ['tds.truncated']])
})
