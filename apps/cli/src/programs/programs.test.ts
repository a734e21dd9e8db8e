import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { blockCode, Random, s7Block, withNetwork, writeProjectCapture } from '@isthmus/plant'
import { run } from '../testing/console.ts'

const AT = Date.UTC(2026, 2, 2, 8) * 1000
const random = new Random('blocks')
const code = (number: number) => blockCode(random.fork(`FC${number}`), 300)
const block = (number: number, change = (bytes: Buffer): Buffer => bytes) => ({
  kind: 'FC' as const,
  number,
  bytes: s7Block({ kind: 'FC', number }, change(code(number)), AT),
})
const NUMBERS = [1, 2, 3, 4, 5]
const RUNG = Buffer.from('7e630000700b', 'hex')
const wide = { columns: 160, env: { NO_COLOR: '1' } }

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-programs-'))
  capture = join(folder, 'project.pcap')
  const changed = NUMBERS.map((number) => (number === 3 ? block(3, (bytes) => withNetwork(bytes, 40, RUNG)) : block(number)))
  await writeProjectCapture(capture, 1, [
    { at: AT, blocks: NUMBERS.map((number) => block(number)) },
    { at: AT + 3_600e6, blocks: changed },
  ])
})
after(() => rm(folder, { recursive: true }))

test('one rung changed: one section of five, with exactly its bytes', async () => {
  const { status, out } = await run(['programs', capture], wide)
  assert.equal(status, 0)
  assert.match(out, /^1 of 5 sections changed$/m)
  assert.match(out, /6 bytes of the code at 0x4c/)
  const old = code(3).subarray(40, 46)
  const dump = (bytes: Uint8Array) =>
    Buffer.from(bytes)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ')
  assert.ok(out.includes(`@ 0x004c code\n      - ${dump(old)}\n      + ${dump(RUNG)}\n`), out)
  assert.match(out, /loaded by 10\.20\.20\.30, 2 times: 420 bytes, SHA-256 [0-9a-f]{16}, packet \d/)
})

test('only what changed, only one name', async () => {
  const changed = (await run(['programs', capture, '--changed'], wide)).out
  assert.deepEqual(changed.match(/^FC\d/gm), ['FC3'])
  const one = (await run(['programs', capture, '--section', 'FC5'], wide)).out
  assert.deepEqual(one.match(/^FC\d/gm), ['FC5'])
})

test('the report of a capture says which section changed and what differs', async () => {
  const { out } = await run(['analyze', capture], wide)
  assert.match(out, /Program sections 5/)
  assert.match(out, /10\.20\.10\.12 +FC3 +1 .* of the code at 0x4c/)
})

test('a capture without programs, and none at all', async () => {
  assert.equal((await run(['programs'])).status, 2)
  assert.equal((await run(['programs', join(folder, 'missing.pcap')])).status, 3)
})
