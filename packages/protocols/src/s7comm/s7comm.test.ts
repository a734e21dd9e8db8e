import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeMoved } from '../testing/recorder.ts'
import { s7comm } from './protocol.ts'

const run = (...lines: string[]) => exchange(s7comm, { serverPort: 102 }, lines)
const READ = '32 01 0000 0500 000e 0000 04 01 12 0a 10 04 0001 0001 84 000020'
const hexOf = (text: string, length = text.length) =>
  Array.from({ length }, (_, i) => (i < text.length ? text.charCodeAt(i) : 0).toString(16).padStart(2, '0')).join('')

test('a word of a data block is read', () => {
  const { heard, rows } = run(`> ${READ}`, '< 32 03 0000 0500 0002 0006 0000 04 01 ff 04 0010 002a')
  assert.deepEqual(heard.values, ['DB1.DBW4=42 uint16'])
  assert.deepEqual(heard.operations, [
    { operation: 'read variable', object: 'DB1.DBW4', access: 'read', ok: true, error: '', part: undefined },
  ])
  assert.deepEqual(rows.rows[0]!.cells.slice(5), [1, 'Job-Request', 5, '0x04', 'Read Variable', undefined, undefined, undefined, undefined])
  assert.deepEqual(heard.anomalies, [])
})

test('a bit is written; the second item is refused', () => {
  const { heard } = run(
    '> 32 01 0000 0600 001a 000e 05 02 12 0a 10 01 0001 0000 83 000052 12 0a 10 08 0001 0002 84 000000 00 03 0001 01 00 00 07 0004 4048f5c3',
    '< 32 03 0000 0600 0002 0002 0000 05 02 ff 0a',
  )
  assert.equal(heard.values[0], 'M10.2:=true bool ok')
  assert.match(heard.values[1]!, /^DB2\.DBD0:=3\.14\d+ float32 refused$/)
  assert.equal(heard.operations[0]!.ok, false)
  assert.equal(heard.operations[0]!.error, 'object does not exist')
})

test('only the answers are captured: they tell what was done, until a question is seen', () => {
  const wrote = '< 32 03 0000 0600 0002 0001 0000 05 01 ff'
  const { heard } = run(wrote, '< 32 03 0000 0700 0002 0001 0000 05 01 0a', '< 32 03 0000 0800 0001 0000 0000 29')
  assert.deepEqual(
    heard.operations.map(({ operation, object, ok, error }) => [operation, object, ok, error]),
    [
      ['write variable', '', true, ''],
      ['write variable', '', false, 'object does not exist'],
      ['stop', '', true, ''],
    ],
  )
  assert.deepEqual(heard.said, [{ kind: 'mode.changed', mode: 'stop', by: 'command', detail: '', ok: true }])
  assert.deepEqual(run(`> ${READ}`, wrote).heard.operations, [], 'nobody asked for this one')
})

test('stop and start are mode commands', () => {
  const { heard } = run(
    '> 32 01 0000 0100 0010 0000 29 0000000000 09 505f50524f4752414d',
    '< 32 03 0000 0100 0001 0000 0000 29',
    '> 32 01 0000 0200 0014 0000 28 000000000000fd 0000 09 505f50524f4752414d',
    '< 32 03 0000 0200 0001 0000 0000 28',
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'P_PROGRAM', ok: true },
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'warm restart', ok: true },
  ])
})

test('an upload yields the block with size and hash', () => {
  const { heard, rows } = run(
    `> 32 01 0000 0100 0012 0000 1d 00 0000 00000000 09 ${hexOf('_0A00007A')}`,
    `< 32 03 0000 0100 0010 0000 0000 1d 00 0100 00000007 07 ${hexOf('0000004')}`,
    '> 32 01 0000 0200 0008 0000 1e 00 0000 00000007',
    '< 32 03 0000 0200 0002 0008 0000 1e 00 0004 00fb 01020304',
    '> 32 01 0000 0300 0008 0000 1f 00 0000 00000007',
    '< 32 03 0000 0300 0001 0000 0000 1f',
  )
  assert.deepEqual(heard.said, [
    {
      kind: 'program.uploaded',
      section: 'DB7',
      sectionType: 'data block',
      ...wholeMoved(Uint8Array.of(1, 2, 3, 4)),
      user: undefined,
      ok: true,
    },
  ])
  const files = rows.rows.filter((r) => r.log === 'files').map((r) => r.cells)
  // Source, from the client, bytes.
  assert.deepEqual(
    files.map((cells) => [cells[6], cells[13], cells[14]]),
    [['S7COMM_TCP', false, 4]],
  )
})

test('a download is asked for by the controller, whose jobs the client answers', () => {
  const { heard } = run(
    `> 32 01 0000 0100 0020 0000 1a 00 0000 00000000 09 ${hexOf('_0800001P')} 0d ${hexOf('1000116000094')}`,
    '< 32 03 0000 0100 0001 0000 0000 1a',
    `< 32 01 0000 0001 0012 0000 1b 00 0000 00000000 09 ${hexOf('_0800001P')}`,
    '> 32 03 0000 0001 0002 0006 0000 1b 00 0002 00fb 0102',
    `< 32 01 0000 0002 0012 0000 1c 00 0000 00000000 09 ${hexOf('_0800001P')}`,
    '> 32 03 0000 0002 0001 0000 0000 1c',
  )
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'section' in s ? s.section : '', 'bytes' in s ? s.bytes : 0]),
    [['program.downloaded', 'OB1', 2]],
  )
  assert.deepEqual(heard.anomalies, [])
})

test('a status list tells order code and firmware, also in two parts', () => {
  const order = `0001 ${hexOf('6ES7 315-2EH14-0AB0 ')} 00c0 0003 0000`
  const firmware = `0007 ${hexOf('', 20)} 00c0 5603 0207`
  const { heard, rows } = run(
    '> 32 07 0000 0300 0008 0008 000112 04 11 44 01 00 ff 09 0004 0011 0000',
    `< 32 07 0000 0300 000c 0028 000112 08 12 84 01 00 09 01 0000 ff 09 0024 0011 0000 001c 0002 ${order}`,
    '> 32 07 0000 0400 000c 0004 000112 08 12 44 01 01 09 00 0000 0a 00 0000',
    `< 32 07 0000 0400 000c 0020 000112 08 12 84 01 01 09 00 0000 ff 09 001c ${firmware}`,
  )
  assert.deepEqual(heard.hints, [
    'server orderCode=6ES7 315-2EH14-0AB0',
    'server vendor=Siemens',
    'server type=plc',
    'server firmware=V3.2.7',
  ])
  assert.equal(heard.operations.length, 1)
  const szl = rows.rows.filter((row) => row.log === 's7comm_read_szl').map((row) => row.cells.slice(6))
  assert.deepEqual(szl[1], ['Response', '0x0011', 'Module identification', '0x0000', '0xff', 'Success'])
  assert.equal(szl.length, 2)
})

test('a password is decoded, and only its mask leaves', () => {
  // `secret  `, each character mixed with 55 and the coded one two places before.
  const clear = [...'secret  '].map((c) => c.charCodeAt(0))
  const coded: number[] = []
  for (let i = 0; i < 8; i++) coded.push(clear[i]! ^ 0x55 ^ (i < 2 ? 0 : coded[i - 2]!))
  const hex = coded.map((b) => b.toString(16).padStart(2, '0')).join('')
  const { heard } = run(
    `> 32 07 0000 0300 0008 000c 000112 04 11 45 01 00 ff 09 0008 ${hex}`,
    '< 32 07 0000 0300 000c 0004 000112 08 12 85 01 00 00 00 d602 0a 00 0000',
  )
  assert.deepEqual(heard.said, [
    { kind: 'login.tried', user: '', domain: '', method: 'S7 protection password', ok: false },
    { kind: 'credential.exposed', user: '', mask: 's…t (6)', weakness: 'clear' },
  ])
  assert.equal(heard.operations[0]!.error, 'wrong password')
})

test('cyclic values are tags of their subscription', () => {
  const { heard } = run(
    '> 32 07 0000 0500 0008 0014 000112 04 11 42 01 00 ff 09 0010 0001 01 0a 12 0a 10 04 0001 0005 84 000000',
    '< 32 07 0000 0500 000c 000c 000112 08 12 82 01 00 07 00 0000 ff 09 0008 0001 ff 04 0010 0001',
    '< 32 07 0000 0000 000c 000c 000112 08 12 02 01 00 07 00 0000 ff 09 0008 0001 ff 04 0010 0002',
  )
  assert.deepEqual(heard.values, ['DB5.DBW0=1 uint16', 'DB5.DBW0=2 uint16'])
})

test('an unanswered write is said at the end', () => {
  const whole = run('> 32 01 0000 0700 000e 0006 05 01 12 0a 10 04 0001 0000 83 000000 00 04 0010 0007')
  whole.end()
  assert.deepEqual(whole.heard.values, ['MW0:=7 uint16 unanswered'])
})

test('frame takes its own and leaves S7comm-plus and others', () => {
  const frame = (hex: string) => s7comm.dissector.frame(new Reader(bytes(hex)), context('client', s7comm.dissector.start!()))
  assert.equal(frame(READ), 24)
  assert.equal(frame('32 01 00'), NEED_MORE)
  assert.equal(frame('72 01 0010'), NOT_MINE)
  assert.equal(frame('32 09 0000'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const pdu = bytes(READ)
  for (let cut = 0; cut < pdu.length; cut++) {
    const m = s7comm.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', s7comm.dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
