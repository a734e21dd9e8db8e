import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAlertSources } from './settings.ts'

test('a site and a place each, files and sockets', () => {
  assert.deepEqual(readAlertSources('works=/var/log/suricata/eve.json, mill=unix:/run/isthmus/eve.sock,'), [
    { site: 'works', place: '/var/log/suricata/eve.json', kind: 'file' },
    { site: 'mill', place: '/run/isthmus/eve.sock', kind: 'socket' },
  ])
  assert.deepEqual(readAlertSources(undefined), [])
})

test('what cannot be meant is a sentence for the operator', () => {
  for (const text of ['/var/log/eve.json', 'works=eve.json', '=/x', 'works=unix:', 'works=unix:eve.sock'])
    assert.throws(() => readAlertSources(text), /it may hold a site and a whole path/, text)
  assert.throws(() => readAlertSources('a=/x,b=/x'), /names \/x twice/)
  assert.throws(() => readAlertSources(`a=unix:/${'x'.repeat(107)}`), /longer than 107 bytes/)
  assert.throws(() => readAlertSources(Array.from({ length: 65 }, (_, i) => `a=/${i}`).join()), /it may name 64/)
})
