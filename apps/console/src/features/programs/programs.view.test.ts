import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProgramDiff, ProgramVersion } from '../../api/types.ts'
import { ALL, asText, byteTitle, hexPairs, inShort, linesOf, numbered, pairOf } from './programs.view.ts'

const NONE = { from: '', to: '' }
let minute = 0

function version(how: ProgramVersion['how'], content: string | undefined, hash = content): ProgramVersion {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute++)).toISOString()
  const evidence = { capture: 'c', packets: [1, 2] as [number, number], bytes: [0, 1] as [number, number] }
  return {
    how,
    bytes: 10,
    count: 1,
    firstAt: at,
    lastAt: at,
    movers: [],
    first: evidence,
    last: evidence,
    ...(hash === undefined ? {} : { hash }),
    ...(content === undefined ? {} : { content }),
  }
}

test('equal contents are one version, whichever way they went', () => {
  const versions = [
    version('loaded', 'a'),
    version('read', 'a'),
    version('loaded', 'b'),
    version('read', undefined),
    version('loaded', 'a'),
  ]
  assert.deepEqual(
    numbered({ versions, kept: ['a'] }).map(({ number, isKept, isLatest }) => [number, isKept, isLatest]),
    [
      [1, true, false],
      [1, true, false],
      [2, false, false],
      [undefined, false, false],
      [1, true, true],
    ],
  )
})

test('the newest is compared with the one before it that went the same way', () => {
  const rows = numbered({
    versions: [version('loaded', 'a'), version('read', 'x'), version('loaded', 'b')],
    kept: ['a', 'b', 'x'],
  })
  assert.deepEqual(pairOf(rows, NONE), { from: 'a', to: 'b' })
  assert.deepEqual(pairOf(rows, { from: 'x', to: '' }), { from: 'x', to: 'b' })
  assert.deepEqual(pairOf(rows, { from: 'gone', to: 'gone' }), { from: 'a', to: 'b' })
  assert.deepEqual(pairOf(rows, { from: ALL, to: 'a' }), { from: ALL, to: 'a' })
})

test('what was read is compared with what was loaded first; a first version and an edit are shown whole', () => {
  const read = numbered({ versions: [version('read', 'a'), version('loaded', 'b')], kept: ['a', 'b'] })
  assert.deepEqual(pairOf(read, NONE), { from: 'a', to: 'b' })
  assert.deepEqual(pairOf(read, { from: '', to: 'a' }), { from: ALL, to: 'a' })
  const edit = numbered({ versions: [version('edited', 'e', undefined)], kept: ['e'] })
  assert.deepEqual(pairOf(edit, NONE), { from: ALL, to: 'e' })
  assert.deepEqual(pairOf(numbered({ versions: [version('loaded', 'a')], kept: [] }), NONE), { from: ALL, to: '' })
})

test('a change says where it is and what became of it', () => {
  const change = { at: 136, newAt: 136, length: 10, newLength: 10, removed: '', added: '', lead: '', trail: '', part: 'code' }
  assert.equal(byteTitle(change), '0x0088, code: 10 bytes changed')
  assert.equal(byteTitle({ ...change, length: 0, newLength: 1, part: '' }), '0x0088: 1 byte put in')
  assert.equal(byteTitle({ ...change, newAt: 140, newLength: 0 }), '0x0088, code: 10 bytes taken out')
  assert.equal(byteTitle({ ...change, newAt: 140, newLength: 3 }), '0x0088, now 0x008c, code: 10 bytes replaced by 3')
  assert.equal(hexPairs('7e6300'), '7e 63 00')
  assert.equal(asText('4f422000ff'), 'OB ··')
})

test('lines carry the number that they have in the text they are of', () => {
  const lines = linesOf({ at: 3, newAt: 5, length: 1, newLength: 2, removed: ['c'], added: ['d', 'e'], lead: ['a', 'b'], trail: ['f'] })
  assert.deepEqual(
    lines.map(({ sign, number, text }) => `${sign}${number} ${text}`),
    [' 3 a', ' 4 b', '−3 c', '+5 d', '+6 e', ' 7 f'],
  )
})

test('the difference in short', () => {
  const diff = { form: 'binary', differing: 14, places: 3, bytes: 880, newBytes: 880 } as ProgramDiff
  assert.equal(inShort(diff), '14 bytes in 3 places; 880 bytes as before')
  assert.equal(
    inShort({ ...diff, form: 'text', differing: 1, places: 1, newBytes: 899 }),
    '1 line in one place; 880 bytes before, 899 after',
  )
  assert.equal(inShort({ ...diff, places: 0 }), 'Nothing differs.')
})
