import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainOf } from './domain.ts'

test('the part of a name that somebody registered', () => {
  const names = ['a.b.Example.com', 'example.com.', 'www.example.co.uk', 'co.uk', 'cdn.plant.de', 'x.go.jp']
  assert.deepEqual(names.map(domainOf), ['example.com', 'example.com', 'example.co.uk', 'co.uk', 'plant.de', 'x.go.jp'])
  for (const name of ['', 'plc1', '9.2.1.10.in-addr.arpa', 'printer.local', '10.1.2.3', '.', '..']) assert.equal(domainOf(name), '', name)
})
