import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContentPart } from '@isthmus/model'
import { align } from './align.ts'
import { diffContents } from './diff.ts'
import { sayDiff } from './say-diff.ts'

/** Bytes that look like nothing, the same in every run. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  })
}

const text = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'))
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

/** The later sequence, made of the earlier one and what the alignment says. */
function applied(a: Uint8Array, b: Uint8Array, anchor = 16): Uint8Array {
  const made: number[] = []
  let at = 0
  for (const one of align(a, b, anchor).stretches) {
    made.push(...a.subarray(at, one.at))
    assert.equal(made.length, one.newAt)
    made.push(...b.subarray(one.newAt, one.newAt + one.newLength))
    at = one.at + one.length
  }
  return Uint8Array.from([...made, ...a.subarray(at)])
}

test('two bytes changed in place are those two bytes, wherever they are', () => {
  const before = noise(900, 1)
  for (const at of [0, 40, 41, 500, 898]) {
    const after = before.slice()
    after[at]! ^= 0xff
    after[at + 1]! ^= 0x0f
    const diff = diffContents(before, after)
    assert.equal(diff.form, 'binary')
    assert.deepEqual(
      diff.changes.map(({ at, newAt, length, newLength }) => [at, newAt, length, newLength]),
      [[at, at, 2, 2]],
    )
    assert.deepEqual([diff.differing, diff.places, diff.isCoarse], [2, 1, false])
    assert.equal(sayDiff(diff), `2 bytes at 0x${at.toString(16)}`)
  }
})

test('what was put in or taken out does not make the rest another', () => {
  const before = noise(3000, 2)
  const rung = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x41)
  const put = diffContents(before, joined(before.subarray(0, 700), rung, before.subarray(700)))
  assert.deepEqual(
    put.changes.map((change) => [change.at, change.length, change.newAt, change.newLength, change.removed, change.added]),
    [[700, 0, 700, 5, '', 'deadbeef41']],
  )
  const taken = diffContents(joined(before.subarray(0, 700), rung, before.subarray(700)), before)
  assert.deepEqual(
    taken.changes.map((change) => [change.at, change.length, change.newLength, change.removed]),
    [[700, 5, 0, 'deadbeef41']],
  )
  const both = joined(before.subarray(0, 100), before.subarray(110, 2000), rung, before.subarray(2000))
  assert.deepEqual(
    diffContents(before, both).changes.map(({ at, length, newLength }) => [at, length, newLength]),
    [
      [100, 10, 0],
      [2000, 0, 5],
    ],
  )
})

test('short contents are compared step by step', () => {
  const bytes = (...all: number[]) => Uint8Array.from(all.map((byte) => byte | 0x80))
  const diff = diffContents(bytes(1, 2, 3, 4, 5, 6, 7, 8), bytes(1, 2, 9, 3, 4, 6, 7, 8))
  assert.deepEqual(applied(bytes(1, 2, 3, 4, 5), bytes(9, 1, 2, 4, 5)), bytes(9, 1, 2, 4, 5))
  assert.ok(diff.differing <= 3)
})

test('whatever the two are, the differences lead from one to the other', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const shape = noise(8, seed)
    // Few values: many equal pieces in many places.
    const values = seed % 3 === 0 ? 2 : 256
    const a = noise(shape[0]! * (1 + (seed % 5)), seed).map((byte) => byte % values)
    const cut = shape[1]! % (a.length + 1)
    const b = joined(
      a.subarray(cut),
      noise(shape[2]! % 60, seed + 1).map((byte) => byte % values),
      a.subarray(0, cut),
    ).map((byte, i) => (i % 97 === 5 ? byte ^ 1 : byte))
    for (const anchor of [1, 4, 16]) assert.deepEqual(applied(a, b, anchor), b, `seed ${seed} anchor ${anchor}`)
  }
})

test('a change says in which part of the block it is, and is cut where the next part begins', () => {
  const before = noise(120, 7)
  const after = before.slice()
  for (const at of [34, 35, 36, 37, 90]) after[at]! ^= 0x55
  const parts: ContentPart[] = [
    { name: 'header', at: 0, length: 36 },
    { name: 'code', at: 36, length: 50 },
    { name: 'interface', at: 86, length: 34 },
  ]
  const diff = diffContents(before, after, () => parts)
  assert.deepEqual(diff.form === 'binary' && diff.parts, [
    { part: 'header', bytes: 2, at: 34 },
    { part: 'code', bytes: 2, at: 36 },
    { part: 'interface', bytes: 1, at: 90 },
  ])
  assert.equal(sayDiff(diff), '2 bytes of the header at 0x22, 2 bytes of the code at 0x24, 1 byte of the interface at 0x5a')
})

test('text is compared by line, whatever ends its lines', () => {
  const before = text('PROGRAM Main', 'IF level > 80.0 THEN', '  pump := FALSE;', 'END_IF;', 'END_PROGRAM')
  const after = new TextEncoder().encode('PROGRAM Main\nIF level > 99.0 THEN\n  pump := FALSE;\nEND_IF;\nalarm := FALSE;\nEND_PROGRAM')
  const diff = diffContents(before, after)
  assert.equal(diff.form, 'text')
  assert.deepEqual(
    diff.changes.map(({ at, newAt, removed, added }) => [at, newAt, removed, added]),
    [
      [2, 2, ['IF level > 80.0 THEN'], ['IF level > 99.0 THEN']],
      [5, 5, [], ['alarm := FALSE;']],
    ],
  )
  assert.equal(sayDiff(diff), '2 lines at line 2, 5')
  assert.equal(diffContents(before, noise(50, 1)).form, 'binary')
})

test('equal contents differ in nothing, and nothing becomes everything', () => {
  const content = noise(64, 9)
  assert.equal(sayDiff(diffContents(content, content.slice())), 'nothing differs')
  const shown = diffContents(new Uint8Array(0), content)
  assert.deepEqual([shown.form, shown.differing, shown.places], ['binary', 64, 1])
  assert.equal(diffContents(new Uint8Array(0), new Uint8Array(0)).places, 0)
})

test('a megabyte of anything is compared within bounds of time and of what is told', () => {
  const size = 1 << 20
  const zeros = new Uint8Array(size)
  const alternating = zeros.map((_, i) => i & 1)
  const pairs: [string, Uint8Array, Uint8Array][] = [
    ['unlike', noise(size, 1), noise(size - 7, 2)],
    ['zeros and ones', zeros, alternating.subarray(0, size - 3)],
    ['few values', noise(size, 3).map((b) => b & 1), noise(size - 1, 4).map((b) => b & 1)],
    ['one line', zeros.fill(0x61), alternating.map((b) => b + 0x61)],
    ['many lines', noise(size, 5).map((b) => (b < 128 ? 10 : 0x61)), noise(size, 6).map((b) => (b < 128 ? 10 : 0x62))],
    ['lines all alike', zeros.slice().fill(10), zeros.slice(9).fill(10)],
  ]
  for (const [name, a, b] of pairs) {
    const began = performance.now()
    const diff = diffContents(a, b)
    const took = performance.now() - began
    assert.ok(took < 5000, `${name} took ${Math.round(took)} ms`)
    assert.ok(JSON.stringify(diff).length < 500_000, `${name} tells ${JSON.stringify(diff).length}`)
  }
})
