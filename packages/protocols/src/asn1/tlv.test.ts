import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes } from '../testing/recorder.ts'
import { tlvBytes, tlvOpen, tlvSize, tlvTag } from './tlv.ts'

const of = (hex: string) => new Reader(bytes(hex))

test('tags above 30 take a second octet', () => {
  const r = of('bf48 03 020107')
  assert.equal(tlvTag(r), 0xbf48)
  assert.equal(tlvSize(r), 6)
  assert.deepEqual([...tlvBytes(r, 'file open')], [2, 1, 7])
})

test('a long length whose last octet is 80 is no indefinite one', () => {
  const r = new Reader(new Uint8Array([0xa0, 0x81, 0x80, ...new Array(128).fill(5)]))
  const inner = tlvOpen(r, 'value')
  assert.equal(inner.left, 128)
  assert.equal(r.short, false)
})

test('an indefinite length ends at its end-of-contents octets, also inside another', () => {
  const r = of('a080 a280 0401aa 0000 0500 0000 ff')
  assert.equal(tlvSize(r), 13)
  const outer = tlvOpen(r, 'outer')
  assert.deepEqual([...tlvBytes(outer, 'inner')], [4, 1, 0xaa])
  assert.deepEqual([outer.left, r.left], [2, 1])
})

test('lengths that lie, end early or nest without end leave the reader short', () => {
  assert.equal(tlvSize(of('30')), 0)
  assert.equal(tlvSize(of('3084 ffffffff')), 0xffff_ffff + 6)
  assert.equal(tlvSize(of('3085 ffffffffff')), -1)
  assert.equal(tlvSize(of('0480 0000')), -1)
  assert.equal(tlvSize(new Reader(new Uint8Array(4000).map((_, i) => (i % 2 === 0 ? 0xa0 : 0x80)))), -1)
  const r = of('0405 aabb')
  assert.deepEqual([...tlvBytes(r, 'value')], [0xaa, 0xbb])
  assert.equal(r.short, true)
})
