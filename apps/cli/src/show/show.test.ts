import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-show-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
})
after(() => rm(folder, { recursive: true }))

test('one packet, stage by stage, with byte offsets of the frame', async () => {
  const { status, out } = await run(['show', capture, '--packet', '11'])
  assert.equal(status, 0)
  for (const line of [
    /^Packet 11 {2}2023-11-14 22:13:20\.010 UTC {2}66 bytes$/m,
    /^ {7}0–13 {2}Ethernet$/m,
    /^ {6}34–53 {2}TCP$/m,
    /^ {9}47 {4}flags {2}PSH ACK$/m,
    /flow C\w{17}, from the server: 12 bytes in order$/m,
    /^ {2}modbus from the server/m,
    /^ {6}54–55 {4}transaction {2}9 \(0x9\)$/m,
    /^ {9}61 {4}function {2}6 \(0x6\)/m,
    /^ {2}process\.write {2}10\.1\.2\.20:49152 → 10\.1\.1\.10:502 /m,
    /^ {10}0 {2}02 00 0a 01 02 14 /m,
  ])
    assert.match(out, line)
})

test('without a packet: one line each, bounded', async () => {
  const all = (await run(['show', capture])).out.trimEnd().split('\n')
  assert.equal(all.length, 15)
  const some = (await run(['show', capture, '--from', '4', '--limit', '2'])).out.trimEnd().split('\n')
  assert.deepEqual(some, all.slice(3, 5))
  assert.match(some[0]!, /^ {5}4 {2}22:13:20\.003 {2}10\.1\.2\.20:49152 → 10\.1\.1\.10:502 .* modbus /)
})

test('the stream says what it did with repeated and early segments', async () => {
  const { out } = await run(['show', capture, '--packet', '4'])
  assert.match(out, /12 bytes, the first from this side|12 bytes in order/)
  assert.match((await run(['show', capture, '--packet', '3'])).out, /no payload/)
})

test('no such packet is status 3, a wrong number status 2', async () => {
  const { status, err } = await run(['show', capture, '--packet', '99'])
  assert.equal(status, 3)
  assert.match(err, /no packet 99/)
  assert.equal((await run(['show', capture, '--packet', '0'])).status, 2)
  assert.equal((await run(['show'])).status, 2)
  assert.equal((await run(['show', join(folder, 'absent')])).status, 3)
})
