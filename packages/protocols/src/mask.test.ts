import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideSecrets, maskSecret } from './mask.ts'

test('a mask tells a secret apart and no more', () => {
  assert.deepEqual(['', 'abc', 'letmein'].map(maskSecret), ['empty', '… (3)', 'l…n (7)'])
})

test('secrets in parameters and before the host of a URL are hidden', () => {
  for (const [text, shown] of [
    ['/login?user=eng&Password=letmein&x=1', '/login?user=eng&Password=…&x=1'],
    ['http://eng:letmein@10.0.0.7/status', 'http://eng:…@10.0.0.7/status'],
    ['fetch ftp://eng:let:mein@plc-7 and rtsp://cam:1@10.0.0.8/live', 'fetch ftp://eng:…@plc-7 and rtsp://cam:…@10.0.0.8/live'],
    ['http://10.0.0.7:8080/a@b', 'http://10.0.0.7:8080/a@b'],
  ] as const)
    assert.equal(hideSecrets(text), shown)
})
