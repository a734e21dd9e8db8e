import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import type { Dns, DnsState } from './dns.ts'
import { dns } from './protocol.ts'

const hex = (text: string): string => Buffer.from(text).toString('hex')
const counted = (text: string): string => text.length.toString(16).padStart(2, '0') + hex(text)
const name = (...labels: string[]): string => `${labels.map(counted).join('')}00`
const record = (owner: string, type: number, data: string): string =>
  `${owner}${type.toString(16).padStart(4, '0')}800100000078${(data.length / 2).toString(16).padStart(4, '0')}${data}`

/** What a host is told to be by multicast answers with these records. */
function told(...records: string[]): string[] {
  const pdu = bytes(`0000 8400 0000 ${records.length.toString(16).padStart(4, '0')} 0000 0000 ${records.join('')}`)
  const over = { transport: 'udp', clientPort: 5353, serverPort: 5353 } as const
  const ctx = context<Dns, DnsState>('client', dns.dissector.start!(), over)
  const recorder = new Recorder()
  dns.observe(seen(dns.dissector.parse(new Reader(pdu), ctx), ctx), recorder)
  return recorder.hints
}

test('a printer, a cast and a host say what they are in the texts of their services', () => {
  const printer = name('Lab Printer', '_ipp', '_tcp', 'local')
  const texts = ['txtvers=1', 'ty=HP LaserJet 9', 'note=Hall 2', 'usb_MFG=Hewlett-Packard', 'usb_MDL=', 'Color']
  assert.deepEqual(told(record(printer, 16, texts.map(counted).join(''))), [
    'client model=HP LaserJet 9',
    'client vendor=Hewlett-Packard',
    'client location=Hall 2',
  ])
  assert.deepEqual(told(record(name('x', '_device-info', '_tcp', 'local'), 16, counted('model=J137AP'))), ['client model=J137AP'])
  assert.deepEqual(told(record(name('x', '_googlecast', '_tcp', 'local'), 16, counted('md=Nest Hub'))), ['client model=Nest Hub'])
  assert.deepEqual(told(record(name('x', '_raop', '_tcp', 'local'), 16, counted('md=0,1,2'))), [], 'which metadata a player takes')
  assert.deepEqual(told(record(name('host', 'local'), 13, counted('X86_64') + counted('LINUX'))), ['client os=LINUX'])
})

test('a text that lies about its length ends there', () => {
  assert.deepEqual(told(record(name('x', '_ipp', '_tcp', 'local'), 16, `ff${hex('ty=Press')}`)), ['client model=Press'])
  assert.deepEqual(told(record(name('x', '_ipp', '_tcp', 'local'), 16, '00')), [])
})
