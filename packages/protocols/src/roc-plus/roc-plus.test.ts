import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeFile } from '../testing/recorder.ts'
import { rocPlus } from './protocol.ts'
import { dissector } from './roc-plus.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')
const ascii = (text: string, size = text.length) => hexOf(new TextEncoder().encode(text.padEnd(size)))

/** Host 3/4 and device 1/2. */
function line(direction: '>' | '<', opcode: number, data = '', seed = 0xffff): string {
  const body = [...bytes(data)]
  const whole = [...(direction === '>' ? [1, 2, 3, 4] : [3, 4, 1, 2]), opcode, body.length, ...body]
  const check = crc16(Uint8Array.from(whole), 0, whole.length, seed)
  return `${direction} ${hexOf([...whole, check & 0xff, check >> 8])}`
}
const run = (...lines: string[]) => exchange(rocPlus, { serverPort: 4000 }, lines)

test('a device says what it is and in which mode', () => {
  const { heard } = run(line('>', 6), line('<', 6, `01 0000 00 02 01 01 ${'00'.repeat(11)} 06 ${'01'.repeat(196)}`))
  assert.ok(heard.hints.includes('server model=ROC800 (809/827)'))
  assert.ok(heard.hints.includes('server unit 1 group 2 model=ROC800 (809/827)'))
  assert.deepEqual(
    heard.said.filter((s) => s.kind === 'mode.changed').map((s) => [s.mode, s.by, s.detail]),
    [['run', 'report', 'Run Mode']],
  )
})

test('the clock is set: low byte of the year first, as devices send it', () => {
  const { heard } = run(line('>', 8, '1e2d0c 0f 03 e807'), line('<', 8))
  assert.deepEqual(
    heard.said.filter((s) => s.kind === 'time.set'),
    [{ kind: 'time.set', to: '2024-03-15T12:45:30.000Z', ok: true, side: 'client' }],
  )
})

test('a login is a try, its password is masked, a refusal names its reason', () => {
  const { heard } = run(line('>', 17, `${ascii('LOI')} e803 05`), line('<', 255, '1500'))
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'login.tried' ? [s.user, s.ok] : s.kind === 'credential.exposed' ? s.mask : s.kind)),
    [['LOI', false], '1…0 (4)'],
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok, o.error]),
    [['login', false, 'invalid security logon']],
  )
})

test('parameters are tags by type, logical number and parameter; system variables say who the device is', () => {
  const { heard } = run(
    line('>', 180, '02 67 00 15 2f 01 03'),
    line('<', 180, `02 67 00 15 0000c842 2f 01 03 07`),
    line('>', 167, '5b 00 01 02'),
    line('<', 167, `5b 00 01 02 ${ascii('North wellhead', 20)}`),
    line('>', 181, '01 2f 01 03 09'),
    line('<', 181),
  )
  assert.deepEqual(heard.values, [
    'unit 1 group 2 103.0.21=100 float',
    'unit 1 group 2 47.1.3=7 u8',
    'unit 1 group 2 91.0.2=North wellhead text',
    'unit 1 group 2 47.1.3:=9 u8 ok',
  ])
  assert.ok(heard.hints.includes('server name=North wellhead'))
})

test('a file is named when opened, hashed as it moves, told when closed', () => {
  const open = `01 01 ${ascii('/flash/data/')}${'00'.repeat(88)} ${ascii('fst.bin')}${'00'.repeat(18)}`
  const { heard, rows } = run(
    line('>', 203, open),
    line('<', 203, '01 00000007'),
    line('>', 203, '03 00000007 00000003 00000000 03 616263'),
    line('<', 203, '03 00000007 00000003'),
    line('>', 203, '04 00000007'),
    line('<', 203, '04'),
  )
  assert.deepEqual(
    heard.said.filter((s) => s.kind === 'file.moved'),
    [
      {
        kind: 'file.moved',
        name: '/flash/data/fst.bin',
        direction: 'to-server',
        mime: '',
        ...wholeFile('abc'),
      },
    ],
  )
  assert.equal(rows.rows.filter((r) => r.log === 'roc_plus_file_transfer').length, 6)
})

test('what nobody answers is told at the end, without an outcome', () => {
  const { heard, end } = run(line('>', 11, '01 00 01 42'))
  end()
  assert.deepEqual(heard.values, ['unit 1 group 2 table 1 location 0:=42 bytes unanswered'])
})

test('a device that opened the connection asks, and the host answers', () => {
  const { heard } = run(line('<', 224, '0102'), line('>', 224))
  assert.deepEqual(
    heard.said.map((s) => [s.kind === 'operation.done' && s.operation, s.side]),
    [['report by exception', 'server']],
  )
})

test('the check decides: either seed, nothing else', () => {
  const frame = (text: string) => dissector.frame(new Reader(bytes(text.slice(1))), context('client', dissector.start!()))
  assert.equal(frame(line('>', 6)), 8)
  assert.equal(frame(line('>', 6, '', 0)), 8)
  assert.equal(frame('> 010203040600 0000'), NOT_MINE)
  assert.equal(frame('> 0102030405'), NEED_MORE)
})

test('every truncation and lying count is read as far as it goes', () => {
  for (const text of [
    line('<', 119, `ff 0000 0001 ${'11'.repeat(30)}`),
    line('<', 138, '00 00 01 01 ffff ffff 00000001'),
    line('<', 206, '02 ff 00 07 40490fdb 63'),
    line('<', 139, `01 00 0000 ff 01 ff ${'22'.repeat(80)}`),
  ]) {
    const whole = bytes(text.slice(1))
    const m = dissector.parse(new Reader(whole), context('server', dissector.start!()))
    assert.ok(m.contents.length >= 1, text)
    for (let n = 0; n < whole.length; n++) {
      const cut = dissector.parse(new Reader(whole.subarray(0, n)), context('server', dissector.start!()))
      assert.ok(cut.anomalies.includes('truncated'), `cut to ${n}`)
    }
  }
})
