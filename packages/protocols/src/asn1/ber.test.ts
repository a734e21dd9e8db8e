import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes } from '../testing/recorder.ts'
import { berLength, berSize, berView, oidOf, relativeOidOf } from './ber.ts'

const of = (hex: string) => new Reader(bytes(hex))

test('identifiers spell universal and relative, and end', () => {
  assert.equal(oidOf(bytes('2b06010401828563')), '1.3.6.1.4.1.33507')
  assert.equal(oidOf(bytes('883703')), '2.999.3')
  assert.equal(relativeOidOf(bytes('01828563')), '.1.33507')
  assert.equal(relativeOidOf(new Uint8Array(4096).fill(1)).length, 256)
  assert.equal(relativeOidOf(new Uint8Array(4096).fill(0xff)), '')
})

test('lengths are definite and of four octets at most', () => {
  assert.deepEqual([berSize(of('0401 aa')), berSize(of('0482 0100')), berSize(of('04')), berSize(of('0482 01'))], [3, 260, 0, 0])
  assert.deepEqual([berSize(of('3080 0000')), berSize(of('3085 0000000001'))], [-1, -1])
  for (const [hex, length, isShort] of [
    ['7f', 127, false],
    ['820100', 256, false],
    ['80', 0, true],
    ['850000000001', 0, true],
    ['8201', 0, true],
  ] as const) {
    const r = of(hex)
    assert.deepEqual([berLength(r), r.short], [length, isShort], hex)
  }
  const r = of('0481 02 aabb 05')
  assert.deepEqual([...berView(r, 'value')], [0xaa, 0xbb])
  assert.deepEqual([r.left, r.short], [1, false])
})
