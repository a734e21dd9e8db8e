import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tagValue } from './text.ts'

const variant = (type: number, value: unknown) => ({ mask: type, type, value, values: undefined, dimensions: undefined })

test('a value within a value may be nothing', () => {
  const nothing = variant(0, undefined)
  assert.equal(tagValue(nothing), undefined)
  assert.equal(tagValue(variant(24, nothing)), undefined)
  assert.equal(tagValue(variant(23, { mask: 1, value: nothing, status: undefined })), undefined)
  assert.equal(tagValue(variant(24, variant(6, 7))), 7)
})
