import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROTOCOLS } from '@isthmus/protocols'
import { PORT_GUESSES, ROLES } from '../packages/track/src/roles.table.ts'

const known = new Set(PROTOCOLS.map(({ dissector }) => dissector.name))

test('what speaking a protocol says of a host is said of protocols that there are', () => {
  assert.deepEqual(
    Object.keys(ROLES).filter((name) => !known.has(name)),
    [],
  )
})

test('a guess by port names a protocol with a row', () => {
  assert.deepEqual(
    Object.entries(PORT_GUESSES).filter(([, name]) => !known.has(name) || ROLES[name] === undefined),
    [],
  )
})
