import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { netbiosDatagram } from './protocol.ts'

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')
const encoded = (name: string) =>
  `20 ${hex([...name.padEnd(16)].map((c) => String.fromCharCode(65 + (c.charCodeAt(0) >> 4), 65 + (c.charCodeAt(0) & 15))).join(''))} 00`
const DATA = `01 00 60ea0000 ${hex('HMI-7'.padEnd(16, '\0'))} 06 01 03100000 0f01 55aa ${hex('pump hall')} 00`
const LENGTH = bytes(DATA).length.toString(16).padStart(2, '0')
const SLOT = `${hex('\\MAILSLOT\\BROWSE')} 00`
// 32 bytes of header, one of word count, 34 of words, two of byte count, then the slot's name.
const OFFSET = (32 + 1 + 34 + 2 + bytes(SLOT).length).toString(16).padStart(2, '0')
const SMB = `ff534d42 25 ${'00'.repeat(27)} 11 ${'00'.repeat(22)} ${LENGTH}00 ${OFFSET}00 0300 0100 0000 0200 0000 ${SLOT} ${DATA}`
const BODY = `${encoded('HMI-7')} ${encoded('PLANT')} ${SMB}`
const PDU = bytes(`11 02 0001 0a000001 008a ${bytes(BODY).length.toString(16).padStart(4, '0')} 0000 ${BODY}`)
const ctx = context<never, undefined>('client', undefined, { transport: 'udp', serverPort: 138 })

test('a host announces its name, system and purpose', () => {
  const recorder = new Recorder()
  netbiosDatagram.observe(seen(netbiosDatagram.dissector.parse(new Reader(PDU), ctx), ctx), recorder)
  assert.deepEqual(recorder.hints, ['client name=HMI-7', 'client os=Windows 7 or Server 2008 R2', 'client description=pump hall'])
})

test('every truncation parses and is marked; other datagrams are refused', () => {
  for (let cut = 0; cut < PDU.length; cut++) {
    const m = netbiosDatagram.dissector.parse(new Reader(PDU.subarray(0, cut)), ctx)
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
  assert.equal(netbiosDatagram.dissector.frame(new Reader(bytes('10 02 0001 0a000001 008a 0000 0000 99')), ctx), NOT_MINE)
  for (const foreign of [`13 02 ${'5a'.repeat(30)}`, `14 02 ${'5a'.repeat(60)}`, `16 0a ${'00'.repeat(60)}`])
    assert.equal(netbiosDatagram.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  assert.equal(netbiosDatagram.dissector.frame(new Reader(bytes('13 02 0001 0a000001 008a 82')), ctx), 11)
  assert.equal(netbiosDatagram.dissector.frame(new Reader(bytes(`14 02 0001 0a000001 008a ${encoded('HMI-7')}`)), ctx), 44)
})
