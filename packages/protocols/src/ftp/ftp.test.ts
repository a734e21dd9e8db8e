import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import type { Channel, DataState, Piece } from '../data-channel.ts'
import { exchange, Listener } from '../testing/exchange.ts'
import { context, Rows, seen } from '../testing/recorder.ts'
import { passiveAddress, portAddress } from './address.ts'
import type { Ftp, FtpState } from './ftp.ts'
import { findPath, joinPath } from './paths.ts'
import { ftp, ftpData } from './protocol.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const over = { serverPort: 21, serverIp: '10.0.0.2' }
const session = (...lines: string[]) =>
  exchange(
    ftp,
    over,
    lines.map((line) => line[0] + hex(`${line.slice(1)}\r\n`)),
  )

test('a login, a transfer and what the log says of it', () => {
  const x = session(
    '<220 ProFTPD 1.3.5 Server (RTU) [10.0.0.2]',
    '>USER engineer',
    '<331 Password required',
    '>PASS letmein99',
    '<230 Logged in',
    '>SYST',
    '<215 UNIX Type: L8',
    '>CWD /firmware',
    '<250 OK',
    '>PASV',
    '<227 Entering Passive Mode (10,0,0,2,195,80)',
    '>STOR v2.bin',
    '<150 Opening data connection',
    '<226 Transfer complete.',
    '>DELE v1.bin',
    '<550 No such file',
    '>QUIT',
  )
  x.end()
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'engineer', mask: 'l…9 (9)', weakness: 'clear' },
    { kind: 'login.tried', user: 'engineer', domain: '', method: 'ftp password', ok: true },
  ])
  assert.deepEqual(x.heard.hints, [
    'server role=ftp server',
    'server software=ProFTPD 1.3.5 Server (RTU) [10.0.0.2]',
    'server os=UNIX Type: L8',
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok} ${o.error}`),
    [
      'SYST  identify true ',
      'CWD /firmware read true ',
      'STOR v2.bin write true ',
      'DELE v1.bin write false 550 No such file',
      'QUIT  session undefined ',
    ],
  )
  assert.deepEqual(
    x.rows.rows.map((r) => r.cells.slice(2).filter((c) => c !== undefined)),
    [
      ['PASV', 227, 'Entering Passive Mode (10,0,0,2,195,80)', true, '10.0.0.1', '10.0.0.2', 50000],
      ['STOR', 'ftp://10.0.0.2/firmware/v2.bin', 226, 'Transfer complete.'],
      ['DELE', 'ftp://10.0.0.2/firmware/v1.bin', 550, 'No such file'],
    ],
  )
  assert.deepEqual(x.rows.rows[0]!.cells.slice(0, 2), ['engineer', '<hidden>'])
})

test('a transfer announced on one connection is read on another, with its name and hash', () => {
  const state = ftp.dissector.start!()
  const line = (from: Side, text: string) => {
    const pdu = Uint8Array.from(`${text}\r\n`, (c) => c.charCodeAt(0))
    const ctx = context<Ftp, FtpState>(from, state, over)
    const m = ftp.dissector.parse(new Reader(pdu), ctx)
    return ftp.dissector.expects!(m, ctx)!
  }
  const [expected, ...others] = line('server', '229 Extended Passive (|||50001|)')
  assert.deepEqual([expected!.protocol, expected!.ip, expected!.port, others.length], ['ftp-data', '10.0.0.2', 50001, 0])
  assert.deepEqual(line('client', 'RETR recipe.csv'), [])
  assert.equal((expected!.about as Channel).name, 'recipe.csv')
  const data: DataState = ftpData.dissector.start!(expected!.about)
  const heard = new Listener()
  const rows = new Rows()
  for (const piece of ['abc', 'def']) {
    const ctx = context<Piece, DataState>('server', data, { serverPort: 50001 })
    const pdu = new TextEncoder().encode(piece)
    assert.equal(ftpData.dissector.frame(new Reader(pdu), ctx), 3)
    ftpData.observe(seen(ftpData.dissector.parse(new Reader(pdu), ctx), ctx), heard)
  }
  ftpData.ended!(data, heard)
  const moved = heard.said[0]!
  assert.ok(moved.kind === 'file.moved')
  assert.deepEqual([moved.name, moved.bytes, moved.direction], ['recipe.csv', 6, 'to-client'])
  assert.equal(moved.hash, 'bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721')
  ftpData.zeekEnded!(seen(undefined, context<Piece | undefined, DataState>('server', data)), rows.put)
  assert.equal(rows.rows[0]!.log, 'files')
})

test('a reply of several lines is one reply; other codes inside it are text', () => {
  const x = session('<220-Welcome', '<331 not a code', '<220 end', '>USER anonymous', '<530 no')
  assert.deepEqual(
    x.messages.map((m) => [m.code, m.continues]),
    [
      [220, true],
      [0, true],
      [220, false],
      [0, false],
      [530, false],
    ],
  )
  assert.deepEqual(x.heard.said, [{ kind: 'login.tried', user: 'anonymous', domain: '', method: 'ftp password', ok: false }])
})

test('addresses in every form', () => {
  assert.deepEqual(portAddress('192,168,1,2,200,100'), { ip: '192.168.1.2', port: 51300, isPassive: false })
  assert.deepEqual(portAddress('|2|FD00::3|40467|'), { ip: 'fd00::3', port: 40467, isPassive: false })
  assert.deepEqual(passiveAddress(229, 'x (|||6446|)', '::1'), { ip: '::1', port: 6446, isPassive: true })
  assert.deepEqual(
    [portAddress('1,2,3'), portAddress('1,2,3,4,5,999'), passiveAddress(229, 'no', '::1')],
    [undefined, undefined, undefined],
  )
})

test('paths are joined and shortened', () => {
  assert.deepEqual(
    [joinPath('.', 'a.txt'), joinPath('/x', '../y'), joinPath('/x/y', '/..'), joinPath('/a', 'C:\\b'), joinPath('/a//b/', 'c/')],
    ['./a.txt', '/y', '/', 'C:\\b', '/a/b/c'],
  )
  assert.deepEqual([findPath('"/pub/x" is cwd'), findPath('none')], ['/pub/x', ''])
})

test('content decides: a mail server greets with the same code', () => {
  const probe = (text: string, from: Side, port: number) =>
    ftp.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Ftp, FtpState>(from, ftp.dissector.start!(), { serverPort: port }),
    )
  assert.equal(probe('220 mail ESMTP\r\n', 'server', 2525), NOT_MINE)
  assert.equal(probe('220 vsFTPd\r\n', 'server', 2121), 12)
  assert.equal(probe('220 hello\r\n', 'server', 2121), NEED_MORE)
  assert.equal(probe('220 hello\r\n331 Password?\r\n', 'server', 2121), 11)
  assert.equal(probe('USER x\r\n', 'client', 110), NOT_MINE)
  assert.equal(probe('USER x\r\n', 'client', 21), 8)
  assert.equal(probe('GET / HTTP/1.0\r\n', 'client', 21), NOT_MINE)
})

test('replies and paths made to be read slowly are read at once', () => {
  const since = performance.now()
  session('<220 ready', '>SIZE a', `<213 ${'1'.repeat(60_000)}x 12`)
  const steps = '/b/..'.repeat(50)
  assert.equal(joinPath('', `${'a'.repeat(700)}${steps}`), 'a'.repeat(700))
  assert.equal(joinPath('', `${'a'.repeat(3800)}${steps}`), `${'a'.repeat(3800)}${steps}`)
  assert.ok(performance.now() - since < 1000)
})
