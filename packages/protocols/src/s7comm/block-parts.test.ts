import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockParts, isWholeBlock } from './block-parts.ts'

/** A block of so many bytes of code, interface and segment table. */
function block(type: number, code: number, interfaceLength: number, segments: number): Uint8Array {
  const bytes = new Uint8Array(72 + code + interfaceLength + segments)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x7070)
  view.setUint8(5, type)
  view.setUint32(8, bytes.length)
  view.setUint16(28, interfaceLength)
  view.setUint16(30, segments)
  view.setUint16(34, code)
  return bytes
}

test('a block is its header, code, interface, segment table and footer, without a gap', () => {
  const content = block(0x08, 212, 28, 20)
  const parts = blockParts(content)
  assert.deepEqual(
    parts.map(({ name, at }) => `${name} ${at}`),
    [
      'header (kind) 0',
      'header (length) 8',
      'header (protection) 12',
      'header (code time) 16',
      'header (interface time) 22',
      'header (sizes) 28',
      'code 36',
      'interface 248',
      'segment table 276',
      'footer (author, family, name) 296',
      'footer (version) 320',
      'footer (checksum) 322',
      'footer 324',
    ],
  )
  let at = 0
  for (const part of parts) {
    assert.equal(part.at, at)
    at += part.length
  }
  assert.equal(at, content.length)
  assert.equal(blockParts(block(0x0a, 88, 56, 0))[6]!.name, 'data')
})

test('what contradicts itself has no parts', () => {
  const cut = block(0x08, 212, 28, 20).subarray(0, 300)
  assert.equal(isWholeBlock(cut), false)
  const lying = block(0x08, 212, 28, 20)
  lying[35] = 0xff
  for (const content of [cut, lying, new Uint8Array(0), Uint8Array.of(0x70, 0x70), new Uint8Array(400)])
    assert.deepEqual(blockParts(content), [])
})
