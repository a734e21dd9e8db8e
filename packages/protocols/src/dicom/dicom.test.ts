import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Dicom, type DicomState, dissector } from './dicom.ts'
import { dicom } from './protocol.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const ascii = (text: string, length = text.length): string => [...text.padEnd(length)].map((c) => hex(c.charCodeAt(0), 2)).join('')
const item = (type: number, body: string): string => `${hex(type, 2)}00${hex(body.length / 2, 4)}${body}`
const pdu = (type: number, body: string): string => `${hex(type, 2)}00${hex(body.length / 2, 8)}${body}`
const fragment = (context: number, flags: number, body: string): string =>
  `${hex(body.length / 2 + 2, 8)}${hex(context, 2)}${hex(flags, 2)}${body}`
const le = (value: number, size: number): string => bytes2(hex(value, size * 2))
const bytes2 = (text: string): string => (text.match(/../g) ?? []).reverse().join('')
const element = (group: number, number: number, body: string): string => `${le(group, 2)}${le(number, 2)}${le(body.length / 2, 4)}${body}`

const IMPLICIT = '1.2.840.10008.1.2'
const CT = '1.2.840.10008.5.1.4.1.1.2'
const association = (type: number, extra = ''): string =>
  pdu(
    type,
    `00010000${ascii('ARCHIVE', 16)}${ascii('CT_ROOM_1', 16)}${'00'.repeat(32)}${item(0x10, ascii('1.2.840.10008.3.1.1.1'))}` +
      item(type === 1 ? 0x20 : 0x21, `01000000${type === 1 ? item(0x30, ascii(CT)) : ''}${item(0x40, ascii(IMPLICIT))}`) +
      item(0x50, `${item(0x51, '00004000')}${item(0x52, ascii('1.2.3'))}${item(0x55, ascii('ACME_CT_5'))}${extra}`),
  )
const command = (field: number, more: string): string => element(0, 2, ascii(`${CT}\0`)) + element(0, 0x100, le(field, 2)) + more
const STORE = command(1, element(0, 0x110, le(7, 2)) + element(0, 0x800, le(1, 2)))
const stored = (status: number): string =>
  command(0x8001, element(0, 0x120, le(7, 2)) + element(0, 0x800, le(0x101, 2)) + element(0, 0x900, le(status, 2)))
const OBJECT =
  element(8, 0x60, ascii('CT')) +
  element(8, 0x70, ascii('Acme ')) +
  `${le(8, 2)}${le(0x1032, 2)}ffffffff${le(0xfffe, 2)}${le(0xe000, 2)}ffffffff${element(8, 0x100, ascii('code'))}${le(0xfffe, 2)}${le(0xe00d, 2)}00000000${le(0xfffe, 2)}${le(0xe0dd, 2)}00000000` +
  element(8, 0x1010, ascii('ROOM1 ')) +
  element(8, 0x1090, ascii('Scan 9')) +
  element(0x10, 0x10, ascii('DOE^JANE')) +
  element(0x18, 0x1000, ascii('S/N 17'))

const talk = (...lines: string[]) => exchange(dicom, { serverPort: 104 }, lines)
const operations = (x: ReturnType<typeof talk>): string[] =>
  x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

test('two application entities associate and say what they run', () => {
  const x = talk(`> ${association(1)}`, `< ${association(2)}`)
  assert.deepEqual(operations(x), ['associate CT_ROOM_1 to ARCHIVE true'])
  assert.deepEqual(x.heard.hints.slice(0, 4), [
    'client name=CT_ROOM_1',
    'client software=ACME_CT_5',
    'client type=medical',
    'client role=DICOM client',
  ])
  assert.deepEqual(x.messages[0]!.association!.contexts, [{ id: 1, result: -1, abstract: CT, transfers: [IMPLICIT] }])
})

test('an object stored names its class and the device that made it, never the patient', () => {
  const x = talk(
    `> ${association(1)}`,
    `< ${association(2)}`,
    `> ${pdu(4, fragment(1, 3, STORE))}`,
    `> ${pdu(4, fragment(1, 0, OBJECT.slice(0, 60)) + fragment(1, 2, OBJECT.slice(60)))}`,
    `< ${pdu(4, fragment(1, 3, stored(0xa900)))}`,
  )
  assert.deepEqual(operations(x).at(-1), 'C-STORE CT Image Storage false data set does not match SOP class')
  assert.ok(x.heard.hints.includes('client CT ROOM1 model=Scan 9'))
  assert.ok(x.heard.hints.includes('client CT ROOM1 vendor=Acme'))
  assert.ok(!JSON.stringify([x.heard.hints, x.heard.said, x.heard.operations, x.messages]).includes('DOE'))
})

test('the device module beyond the patient is read where the data set has it in order', () => {
  const x = talk(`> ${association(1)}`, `< ${association(2)}`, `> ${pdu(4, fragment(1, 3, STORE))}`, `> ${pdu(4, fragment(1, 2, OBJECT))}`)
  assert.deepEqual(x.messages.at(-1)!.equipment, [
    { modality: 'CT', manufacturer: 'Acme', model: 'Scan 9', station: 'ROOM1', institution: '', serial: 'S/N 17', software: '' },
  ])
})

test('a data PDU larger than memory for it runs past in pieces', () => {
  const data = OBJECT + '00'.repeat(100_000)
  const whole = bytes(pdu(4, fragment(1, 2, data)))
  const state = dissector.start!()
  const ctx = { ...context<Dicom, DicomState>('client', state), asked: undefined }
  let at = 0
  let seen = 0
  while (at < whole.length) {
    const head = new Reader(whole, at, Math.min(whole.length, at + 1460))
    const length = dissector.frame(head, ctx)
    assert.ok(length > 0 && length <= head.left)
    seen += dissector.parse(new Reader(whole, at, at + length), ctx).data
    at += length
  }
  assert.deepEqual([seen, state.client.pdu, state.client.fragment], [data.length / 2, 0, 0])
})

test('rejections and aborts say why', () => {
  const refused = talk(`> ${association(1)}`, '< 0300 00000004 00 01 01 07')
  assert.deepEqual(operations(refused), ['associate CT_ROOM_1 to ARCHIVE false called AE title not recognized'])
  const aborted = talk('< 0700 00000004 0000 02 02')
  assert.deepEqual(aborted.heard.said, [{ kind: 'device.diagnosed', what: 'association aborted: unexpected PDU', fault: true }])
})

test('a user with a passcode: told of, the passcode only as a mask', () => {
  const user = item(0x58, `0200${hex(4, 4)}${ascii('anna')}${hex(8, 4)}${ascii('letmein9')}`)
  const x = talk(`> ${association(1, user)}`, `< ${association(2)}`)
  assert.deepEqual(x.heard.said, [
    { kind: 'login.tried', user: 'anna', domain: '', method: 'DICOM user name and passcode', ok: true },
    { kind: 'credential.exposed', user: 'anna', mask: 'l…9 (8)', weakness: 'clear' },
  ])
})

test('what stays without an answer is told at the end', () => {
  const x = talk(`> ${association(1)}`, `< ${association(2)}`, `> ${pdu(4, fragment(1, 3, STORE))}`)
  x.end()
  assert.deepEqual(operations(x).at(-1), 'C-STORE CT Image Storage undefined')
})

test('other bytes are not DICOM', () => {
  const ctx = context<Dicom, DicomState>('client', dissector.start!())
  for (const text of [
    '0800 00000004 00000000',
    '0101 00000048',
    '0400 00000008 00000002 02 03',
    '0400 00000004 00000002 01 03',
    '0500 00000005',
  ])
    assert.equal(dissector.frame(new Reader(bytes(text)), ctx), NOT_MINE, text)
  assert.equal(dissector.frame(new Reader(bytes('0100')), ctx), NEED_MORE)
})

test('lengths that lie leave what can be read', () => {
  const whole = bytes(association(1))
  for (let n = 6; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context<Dicom, DicomState>('client', dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut to ${n}`)
  }
  const lying = talk(`> ${pdu(4, fragment(1, 3, STORE.replace(/^(.{8}).{8}/, '$1ffffff7f')))}`)
  assert.equal(lying.messages[0]!.commands.length, 1)
})

test('a long association is known by its beginning and read when its end is there', () => {
  const long = association(1, item(0x58, '00'.repeat(9_000)))
  const cut = 2 * 4096
  const x = talk(`> ${long.slice(0, cut)}`, `> ${long.slice(cut)}`, `< ${association(2)}`)
  assert.deepEqual(operations(x), ['associate CT_ROOM_1 to ARCHIVE true'])
  assert.deepEqual(
    x.messages.map(({ type, anomalies }) => [type, anomalies.length]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
  )
  const short = talk(`> ${long.slice(0, cut)}`)
  const ctx = context<Dicom, DicomState>('client', short.state)
  assert.deepEqual(dissector.parse(new Reader(bytes(long.slice(cut, -4_000))), ctx).anomalies, ['truncated'])
})
