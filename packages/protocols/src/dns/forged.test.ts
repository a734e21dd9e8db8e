import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { dns } from './protocol.ts'

const flow = { transport: 'udp', serverPort: 53, clientPort: 40_000 } as const
const NAME = '03 777777 04 706c616e 00 0001 0001'
const question = (id = '1234', name = NAME): string => `> ${id} 0100 0001 0000 0000 0000 ${name}`
const answer = (addresses: string[], id = '1234', name = NAME): string =>
  `< ${id} 8180 0001 000${addresses.length} 0000 0000 ${name} ${addresses.map((a) => `c00c 0001 0001 0000003c 0004 ${a}`).join(' ')}`
const TRUE = '0a000002'
const FALSE = '0a000042'
const heard = (messages: string[]): unknown =>
  exchange(dns, flow, messages).heard.anomalies.filter((name) => String(name).includes('answers-differ')).length

test('two different answers to one question', () => {
  assert.equal(heard([question(), answer([TRUE]), answer([FALSE])]), 1)
  assert.equal(heard([question(), answer([FALSE]), `< 1234 8183 0001 0000 0000 0000 ${NAME}`]), 1, 'a name that does not exist')
})

test('the same answer twice, in another order, and one answer to each question', () => {
  assert.equal(heard([question(), answer([TRUE]), answer([TRUE])]), 0)
  assert.equal(heard([question(), answer([TRUE, FALSE]), answer([FALSE, TRUE])]), 0)
  assert.equal(heard([question(), question(), answer([TRUE]), answer([FALSE])]), 0, 'asked twice')
  assert.equal(heard([question(), answer([TRUE]), question('1235'), answer([FALSE], '1235')]), 0)
  const other = '03 777778 04 706c616e 00 0001 0001'
  assert.equal(heard([question(), answer([TRUE]), question('1234', other), answer([FALSE], '1234', other)]), 0, 'the number is used again')
  assert.equal(heard([answer([TRUE]), answer([FALSE])]), 0, 'the question was before the capture')
})
