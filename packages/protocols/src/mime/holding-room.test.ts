import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldingRoom } from './holding-room.ts'

const MIB = 1 << 20

test('bytes that come one by one take no more memory than those that come together', () => {
  const room = new HoldingRoom({ perFile: MIB, total: 4 * MIB })
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external
  const before = used()
  const contents = Array.from({ length: 4 }, () => {
    const content = room.open()
    for (let i = 0; i < MIB; i++) room.add(content, Uint8Array.of(i))
    return content
  })
  const took = used() - before
  assert.ok(took < 100e6, `${Math.round(took / 1e6)} MB`)
  for (const content of contents) assert.equal(content.joined().length, MIB)
  assert.deepEqual([...contents[3]!.joined().subarray(254, 258)], [254, 255, 0, 1])
})

test('things that are begun with a byte each and never end leave in their turn', () => {
  const room = new HoldingRoom({ perFile: MIB, total: MIB })
  const contents = Array.from({ length: 5000 }, (_, i) => {
    const content = room.open()
    room.add(content, Uint8Array.of(i))
    return content
  })
  assert.equal(contents[0]!.why, 'too many files at once')
  assert.deepEqual([contents[4999]!.why, contents[4999]!.joined()], ['', Uint8Array.of(4999 & 255)])
  assert.equal(contents.filter(({ why }) => why === '').length, 256)
})

test('room that is given back is room for others', () => {
  const room = new HoldingRoom({ perFile: MIB, total: MIB })
  const first = room.open()
  room.add(first, new Uint8Array(MIB - 5))
  room.drop(first)
  room.drop(first)
  const [second, third] = [room.open(), room.open()]
  room.add(second, new Uint8Array(MIB / 2))
  room.add(third, new Uint8Array(MIB / 2))
  assert.deepEqual([second.why, third.why], ['', ''])
})
