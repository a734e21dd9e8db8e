import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProgramSection } from '../../api/types.ts'
import { lastChange } from './assets.view.ts'

type Version = ProgramSection['versions'][number]

const version = (how: Version['how'], hash: string | undefined, client: string, firstAt: string): Version => ({
  how,
  ...(hash !== undefined && { hash }),
  bytes: 10,
  count: 1,
  firstAt,
  lastAt: firstAt,
  movers: [{ client, count: 1, lastAt: firstAt }],
  first: { capture: 'c', packets: [1, 1], bytes: [0, 0] },
  last: { capture: 'c', packets: [1, 1], bytes: [0, 0] },
})

test('a section was changed by who loaded or edited it, not by who read that out', () => {
  const last = (...versions: Version[]) => {
    const { at, by, contents } = lastChange({ versions })
    return [at, by, contents]
  }
  const read = version('read', 'a', 'reader', '1')
  const loaded = version('loaded', 'b', 'loader', '2')
  const readBack = version('read', 'b', 'reader', '3')
  assert.deepEqual(last(read), ['1', 'reader', 1])
  assert.deepEqual(last(read, loaded), ['2', 'loader', 2])
  assert.deepEqual(last(read, loaded, readBack), ['2', 'loader', 2])
  assert.deepEqual(last(loaded, version('read', 'c', 'reader', '4')), ['4', 'reader', 2])
  assert.deepEqual(last(read, version('edited', undefined, 'editor', '5'), version('loaded', undefined, 'cut', '6')), ['5', 'editor', 2])
})
