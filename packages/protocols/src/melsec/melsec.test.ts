import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeMoved } from '../testing/recorder.ts'
import { dissector, type Melsec, type MelsecState } from './melsec.ts'
import { melsec, melsecOneE, melsoft } from './protocol.ts'

const ROUTE = '00 ff ff03 00'
const ascii = (text: string): string => Buffer.from(text).toString('hex')
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('hex')

test('3E: words and bits read and written become tags, a refusal has its name', () => {
  const { heard } = exchange(melsec, {}, [
    `> 5000 ${ROUTE} 0c00 1000 0104 0000 640000 a8 0200`,
    `< d000 ${ROUTE} 0600 0000 3412 0700`,
    `> 5000 ${ROUTE} 0c00 1000 0104 0100 200000 9c 0300`,
    `< d000 ${ROUTE} 0400 0000 1010`,
    `> 5000 ${ROUTE} 0e00 1000 0114 0000 0a0000 b4 0100 ff00`,
    `< d000 ${ROUTE} 0b00 5bc0 ${ROUTE} 0114 0000`,
  ])
  assert.deepEqual(heard.values, [
    'D100=4660 uint16',
    'D101=7 uint16',
    'X20=true bool',
    'X21=false bool',
    'X22=true bool',
    'WA:=255 uint16 refused',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [
      ['read devices', 'D100..101', true, ''],
      ['read devices', 'X20..22', true, ''],
      ['write devices', 'WA', false, 'device cannot be accessed'],
    ],
  )
})

test('4E in ASCII, answers out of order by serial number', () => {
  const { heard } = exchange(melsec, {}, [
    `> ${ascii('540000010000' + '00FF03FF00' + '0018' + '0010' + '04010000' + 'D*000100' + '0001')}`,
    `> ${ascii('540000020000' + '00FF03FF00' + '001A' + '0010' + '14010001' + 'M*000010' + '0002' + '10')}`,
    `< ${ascii('D40000020000' + '00FF03FF00' + '0004' + '0000')}`,
    `< ${ascii('D40000010000' + '00FF03FF00' + '0008' + '0000' + '1234')}`,
  ])
  assert.deepEqual(heard.values, ['M10:=true bool ok', 'M11:=false bool ok', 'D100=4660 uint16'])
})

test('devices at random, blocks and iQ-R numbers', () => {
  const { heard } = exchange(melsec, {}, [
    `> 5000 ${ROUTE} 1000 1000 0304 0000 0101 050000 a8 060000 a8`,
    `< d000 ${ROUTE} 0800 0000 0100 02000100`,
    `> 5000 ${ROUTE} 0c00 1000 0214 0100 01 0a0000 90 01`,
    `< d000 ${ROUTE} 0200 0000`,
    `> 5000 ${ROUTE} 0e00 1000 0104 0200 01000000 a800 0100`,
    `< d000 ${ROUTE} 0400 0000 0900`,
  ])
  assert.deepEqual(heard.values, ['D5=1 uint16', 'D6=65538 uint32', 'M10:=true bool ok', 'D1=9 uint16'])
})

test('type name, remote stop, password and a program written in parts', () => {
  const { heard, end } = exchange(melsec, {}, [
    `> 5000 ${ROUTE} 0600 1000 0101 0000`,
    `< d000 ${ROUTE} 1400 0000 ${ascii('Q03UDECPU       ')} 6802`,
    `> 5000 ${ROUTE} 0800 1000 0210 0000 0100`,
    `< d000 ${ROUTE} 0200 0000`,
    `> 5000 ${ROUTE} 0c00 1000 3016 0000 0400 ${ascii('abcd')}`,
    `< d000 ${ROUTE} 0200 00c2`,
    `> 5000 ${ROUTE} 1600 1000 2718 0000 0000 0001 0000 0800 ${ascii('MAIN.QPG')}`,
    `< d000 ${ROUTE} 0400 0000 0100`,
    `> 5000 ${ROUTE} 1100 1000 2918 0000 0100 00000000 0300 010203`,
    `< d000 ${ROUTE} 0400 0000 0300`,
    `> 5000 ${ROUTE} 1100 1000 2918 0000 0100 03000000 0300 040506`,
    `< d000 ${ROUTE} 0400 0000 0300`,
  ])
  end()
  assert.deepEqual(heard.hints, ['server vendor=Mitsubishi Electric', 'server type=plc', 'server model=Q03UDECPU'])
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'remote stop', ok: true },
    { kind: 'login.tried', user: '', domain: '', method: 'remote password', ok: false },
    { kind: 'credential.exposed', user: '', mask: 'a…d (4)', weakness: 'clear' },
    {
      kind: 'program.downloaded',
      section: 'MAIN.QPG',
      sectionType: 'program',
      ...wholeMoved(bytes('010203040506')),
      user: undefined,
      ok: true,
    },
  ])
})

test('1E: an answer is cut by its question', () => {
  const { heard } = exchange(melsecOneE, {}, [
    '> 01 ff 0a00 64000000 2044 02 00',
    '< 81 00 3412 0700',
    '> 02 ff 0a00 05000000 204d 03 00 1010',
    '< 82 00',
  ])
  assert.deepEqual(heard.values, ['D100=4660 uint16', 'D101=7 uint16', 'M5:=true bool ok', 'M6:=false bool ok', 'M7:=true bool ok'])
})

const melsoftAsk = (code: string, data: string, n = '01'): string => {
  const body = `1c0a1614 ${'00'.repeat(20)} ${code} ${n}00 0000 ${data}`
  const length = Buffer.from(body.replaceAll(' ', ''), 'hex').length
  return `> 5701000000 11 11 07 0000 ffff 0300 00fe 0300 00 ${length.toString(16).padStart(2, '0')}00 ${body}`
}
const melsoftAnswer = (code: string, data: string, n = '01', status = '0000'): string => {
  const body = `9c0a1814 ${status} ${'00'.repeat(20)} ${code} ${n}00 0000 ${data}`
  const length = Buffer.from(body.replaceAll(' ', ''), 'hex').length
  return `< d701000000 11 11 7f 0000 00a8 0300 ffff 0300 00 ${length.toString(16).padStart(2, '0')}00 ${body}`
}

test('MELSOFT: model, login, stop and a program', () => {
  const name = utf16('$MELPRJ$\\MAIN.PRG\0')
  const { heard, end } = exchange(melsoft, { serverPort: 5007 }, [
    melsoftAsk('0121', '00000001'),
    melsoftAnswer('0121', `${ascii('FX5U-32MT/ES')}00000000 294a 0008`),
    melsoftAsk('0131', `${utf16('engineer')}${'00'.repeat(24)}`, '02'),
    melsoftAnswer('0131', '00'.repeat(16), '02'),
    melsoftAsk('0132', '00'.repeat(48), '03'),
    melsoftAnswer('0132', '', '03', '4408'),
    melsoftAsk('1002', '0100', '04'),
    melsoftAnswer('1002', '', '04'),
    melsoftAsk('1867', `00000000 0400 00000000 ${(name.length / 2).toString(16)}00 ${name}`, '05'),
    melsoftAnswer('1867', '9200', '05'),
    melsoftAsk('1869', '9200 00000000 0600 010203040506', '06'),
    melsoftAnswer('1869', '0600', '06'),
  ])
  end()
  assert.deepEqual(heard.hints.slice(2), ['server model=FX5U-32MT/ES', 'client user=engineer'])
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'ok' in s ? s.ok : undefined]),
    [
      ['login.tried', false],
      ['mode.changed', true],
      ['program.downloaded', true],
    ],
  )
})

test('foreign bytes are refused and every truncation is named', () => {
  const ctx = context<Melsec, MelsecState>('client', dissector.start!(), {})
  for (const hex of [
    '5000 00 ff ff03 00 0c00 1000 ffff 0000 640000',
    '4854 5450 2f31',
    '5000 00 ff 0a0a 00 0c00 1000 0104 0000',
    '5001 00 ff',
  ])
    assert.equal(dissector.frame(new Reader(bytes(hex)), ctx), NOT_MINE, hex)
  assert.equal(dissector.frame(new Reader(bytes('5000 00 ff')), ctx), NEED_MORE)
  const whole = bytes(`5000 ${ROUTE} 0c00 1000 0104 0000 640000 a8 0200`)
  for (let n = 2; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), ctx)
    assert.ok(m.anomalies.includes('truncated'), `cut to ${n}`)
  }
})
