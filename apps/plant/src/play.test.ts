import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { HOSTS } from './hosts.table.ts'
import { DEFAULT_INTRUSION, type PlantOptions, playPlant, STORY_SECONDS } from './play.ts'
import { INTRUSION } from './script/intrusion.table.ts'

type Packet = { at: number; bytes: Buffer }

async function capture(options: PlantOptions): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const bytes of playPlant(options)) parts.push(bytes)
  return Buffer.concat(parts)
}

function packets(file: Buffer): Packet[] {
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4)
  const list: Packet[] = []
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8)
    list.push({ at: file.readUInt32LE(at) * 1_000_000 + file.readUInt32LE(at + 4), bytes: file.subarray(at + 16, at + 16 + length) })
    at += 16 + length
  }
  return list
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const speaks = (list: readonly Packet[], ip: string): boolean => {
  const address = Buffer.from(ip.split('.').map(Number))
  return list.some(({ bytes }) => bytes.readUInt16BE(16) === 0x0800 && bytes.subarray(30, 34).equals(address))
}

let story: Buffer
before(async () => {
  story = await capture({ seed: 1 })
})

test('the same seed gives the same bytes, another seed others', async () => {
  assert.equal(digest(await capture({ seed: 1 })), digest(story))
  assert.notEqual(digest(await capture({ seed: 2 })), digest(story))
})

test('two plants at once do not disturb each other', async () => {
  const [a, b] = await Promise.all([capture({ seed: 1, seconds: 1500 }), capture({ seed: 1, seconds: 1500 })])
  assert.equal(digest(a), digest(b))
  assert.equal(digest(story.subarray(0, a.length)), digest(a), 'a shorter play is a prefix of the whole')
})

test('packets leave in order of time, within the story and of a sensible number', () => {
  const list = packets(story)
  for (const [i, p] of list.entries()) assert.ok(i === 0 || p.at >= list[i - 1]!.at, `packet ${i + 1}`)
  const first = list[0]!.at
  assert.ok(list.at(-1)!.at - first < STORY_SECONDS * 1_000_000)
  assert.ok(list.length > 40_000 && list.length < 80_000, `${list.length} packets`)
})

test('every host speaks in the whole story; in the quiet one nobody of the intrusion does', async () => {
  const list = packets(story)
  for (const [id, host] of Object.entries(HOSTS)) if (id !== 'sw1') assert.ok(speaks(list, host.ip), host.name)
  const quiet = packets(await capture({ seed: 1, quiet: true }))
  assert.ok(!speaks(quiet, HOSTS.lure.ip) && !speaks(quiet, HOSTS.command.ip))
  assert.ok(speaks(quiet, HOSTS.plc2.ip))
})

test('before its first step the intrusion leaves no trace', async () => {
  const quiet = await capture({ seed: 1, quiet: true, seconds: DEFAULT_INTRUSION })
  assert.equal(digest(story.subarray(0, quiet.length)), digest(quiet))
})

test('the intrusion table is in order and names techniques that exist', () => {
  for (const [i, step] of INTRUSION.entries()) assert.ok(i === 0 || step.at >= INTRUSION[i - 1]!.at, step.id)
  assert.ok(DEFAULT_INTRUSION + INTRUSION.at(-1)!.at < STORY_SECONDS)
  const folder = join(import.meta.dirname, '../../../../shared/intel/attack')
  if (!existsSync(folder)) return
  const known = ['ics-attack-18.1.json', 'enterprise-techniques.tsv'].map((f) => readFileSync(join(folder, f), 'utf8')).join('\n')
  for (const step of INTRUSION) for (const id of step.attack) assert.match(known, new RegExp(`\\b${id.replace('.', '\\.')}\\b`), step.id)
})

test('a live plant plays its history at once, then keeps to its clock, and stops when told', async () => {
  const stop = new AbortController()
  const startAt = 1_800_000_000_000_000
  const started = performance.now()
  let last = 0
  for await (const bytes of playPlant({ seed: 3, startAt, live: { history: 120, speed: 40 }, signal: stop.signal })) {
    if (bytes.length === 24) continue
    last = packets(Buffer.concat([story.subarray(0, 24), bytes])).at(-1)!.at
    if (last >= startAt + 140 * 1_000_000) stop.abort()
  }
  assert.ok(last >= startAt + 140 * 1_000_000 && last < startAt + 145 * 1_000_000)
  // 20 seconds beyond the history at 40 a second cannot take less than this.
  assert.ok(performance.now() - started > 450)
})
