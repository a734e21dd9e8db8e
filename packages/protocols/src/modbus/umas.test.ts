import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { modbus } from './protocol.ts'

/** A UMAS message of unit 0 without a session. */
const frame = (side: '>' | '<', n: number, body: string): string => {
  const hex = body.replaceAll(' ', '')
  const length = 3 + hex.length / 2
  return `${side} ${n.toString(16).padStart(4, '0')} 0000 ${length.toString(16).padStart(4, '0')} 00 5a 00 ${hex}`
}
const text = (s: string): string => Buffer.from(s).toString('hex')

test('names of the data dictionary are the tags of what is read and written afterwards', () => {
  const record = (block: string, offset: string, name: string): string => `0100 ${block} ${offset} 0000 0000 ${text(name)}00`
  const { heard } = exchange(modbus, { serverPort: 502 }, [
    frame('>', 1, '26 02dd 00 00000000 ffff 0000 0000'),
    frame('<', 1, `fe 01 0000 0000 0200 ${record('2b00', '0c00', 'PumpSpeed')} ${record('2b00', '1000', 'Valve')}`),
    frame('>', 2, '22 00000000 02 02 2b00 01 0c00 00 01 2b00 01 1000 00'),
    frame('<', 2, 'fe 3412 01'),
    frame('>', 3, '23 00000000 01 02 2b00 0c00 0000 0500'),
    frame('<', 3, 'fd'),
    frame('>', 4, '22 00000000 01 01 2c00 01 0000 05'),
    frame('<', 4, 'fe 07'),
  ])
  assert.deepEqual(heard.values, ['PumpSpeed=4660 uint16', 'Valve=1 uint8', 'PumpSpeed:=5 uint16 refused', 'block 44 offset 5=7 uint8'])
})

test('memory blocks are read and written as bytes', () => {
  const { heard } = exchange(modbus, { serverPort: 502 }, [
    frame('>', 1, '20 00 1300 0000 0000 0400'),
    frame('<', 1, 'fe 00 0400 01020304'),
    frame('>', 2, '21 00 1400 0800 0000 0200 aabb'),
    frame('<', 2, 'fe'),
  ])
  assert.deepEqual(heard.values, ['memory block 19 offset 0=01020304 bytes', 'memory block 20 offset 8:=aabb bytes ok'])
})

test('a changed signature of the application is an edit', () => {
  const state = (signature: string): string => `fe 028280 06 b0d56f1b ${signature} 00000000`
  const { heard } = exchange(modbus, { serverPort: 502 }, [
    frame('>', 1, '04'),
    frame('<', 1, state('37583d11')),
    frame('>', 2, '04'),
    frame('<', 2, state('37583d11')),
    frame('>', 3, '04'),
    frame('<', 3, state('38583d11')),
  ])
  assert.deepEqual(heard.hints, ['server description=application 0x113d5837', 'server description=application 0x113d5838'])
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['program.edited'],
  )
})

test('a dictionary that lies about its records ends with its bytes', () => {
  const { state, heard } = exchange(modbus, { serverPort: 502 }, [
    frame('>', 1, '26 02dd 00'),
    frame('<', 1, `fe 01 0000 0000 ffff 0100 2b00 0c00 0000 0000 ${text('Half')}`),
  ])
  assert.deepEqual([state.names?.size, heard.anomalies], [1, []])
})
