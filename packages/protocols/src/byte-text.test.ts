import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteText, hexText, readable, withoutPadding } from './byte-text.ts'

test('bytes as digits, all of them or the first', () => {
  const bytes = Uint8Array.of(0, 0x0f, 0xa0, 0xff)
  assert.deepEqual([hexText(bytes), hexText(bytes, 2), hexText(bytes, 9), hexText(bytes, 0)], ['000fa0ff', '000f', '000fa0ff', ''])
})

test('names keep every byte and are read as UTF-8 where they are that', () => {
  const name = byteText(new TextEncoder().encode('Kühlung'))
  assert.deepEqual([name.length, readable(name), readable('\xff\xfe')], [8, 'Kühlung', '\xff\xfe'])
  assert.equal(withoutPadding('PLC \0\0'), 'PLC')
})
