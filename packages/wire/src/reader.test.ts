import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from './reader.ts'

test('text is one character a byte, whatever the byte: UTF-8 inside it is not lost', () => {
  const bytes = Uint8Array.from({ length: 255 }, (_, i) => i + 1)
  for (const text of [new Reader(bytes).text(255), new Reader(bytes).cstring(255)])
    assert.deepEqual(
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
      bytes,
    )
  assert.ok([...new Reader(bytes).text(255)].every((c) => c.charCodeAt(0) < 256))
  assert.equal(new Reader(new Uint8Array(10_000).fill(0x9f)).text(10_000).length, 10_000)
})
