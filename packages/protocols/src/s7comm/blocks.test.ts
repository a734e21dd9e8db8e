import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { s7comm } from './protocol.ts'

const run = (...lines: string[]) => exchange(s7comm, { serverPort: 102 }, lines)
const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

function block(sub: string, reference: string, asked: string, answered: string): string[] {
  const part = (hex: string): string => `ff09${(hex.length / 2).toString(16).padStart(4, '0')}${hex}`
  const length = (hex: string): string => (hex.length / 2).toString(16).padStart(4, '0')
  const question = asked === '' ? '0a000000' : part(asked)
  return [
    `> 32 07 0000 ${reference} 0008 ${length(question)} 000112 04 11 43 ${sub} 00 ${question}`,
    `< 32 07 0000 ${reference} 000c ${length(part(answered))} 000112 08 12 83 ${sub} 00 00 00 0000 ${part(answered)}`,
  ]
}

const info = (checksum: string, time = '02b65bd0 2c20'): string =>
  `0100 004a 2200 7070 01 02 01 08 0001 0000014c 00000000 ${time} 02b65bd0 2c20 001c 0000 0014 0062 ${hexOf('ANNA    ')} ${hexOf('PUMPS   ')} ${hexOf('        ')} 12 00 ${checksum} 00000000 00000000`.replaceAll(
    ' ',
    '',
  )
const asked = hexOf('0800001A')

test('blocks are counted by type', () => {
  const { heard } = run(...block('01', '0100', '', '30380002 30450000 30410005'.replaceAll(' ', '')))
  assert.deepEqual(heard.said, [{ kind: 'device.diagnosed', what: 'blocks: 2 OB, 5 DB', fault: false }])
})

test('a block is described, and edited when its checksum is another', () => {
  const { heard } = run(
    ...block('03', '0100', asked, info('5bb1')),
    ...block('03', '0200', asked, info('5bb1')),
    ...block('03', '0300', asked, info('5bb2', '02b65fb8 2c20')),
  )
  const first = 'OB1: version 1.2, checksum 0x5bb1, 332 bytes, code of 2014-12-05T12:38:25, author ANNA, family PUMPS'
  assert.equal(heard.operations[0]!.object, 'OB1')
  assert.deepEqual(
    heard.said.map((s) => ('what' in s ? s.what : s)),
    [
      first,
      first,
      first.replace('5bb1', '5bb2').replace('38:25', '38:26'),
      {
        kind: 'program.edited',
        section: 'OB1',
        sectionType: 'organization block',
        bytes: 332,
        hash: undefined,
        user: undefined,
        ok: true,
      },
    ],
  )
})

test('what the same client invoked in between is no edit of somebody else', () => {
  const { heard } = run(
    ...block('03', '0100', asked, info('5bb1')),
    '> 32 01 0000 0200 001a 0000 28 000000000000fd 0009 01 003038303030303141 05 5f494e5345',
    '< 32 03 0000 0200 0001 0000 0000 28',
    ...block('03', '0300', asked, info('5bb2')),
  )
  assert.ok(heard.said.every((s) => s.kind !== 'program.edited'))
})

test('a description cut short says nothing', () => {
  assert.deepEqual(run(...block('03', '0100', asked, info('5bb1').slice(0, 120))).heard.said, [])
})
