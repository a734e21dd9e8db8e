/** What a controller says of its blocks: how many there are, and of one its author, version, checksum and when its code was made. */
import type { Sink } from '../protocol.ts'
import { textOf } from './items.ts'
import { BLOCKS } from './s7comm.table.ts'
import type { S7comm, S7State } from './s7comm.ts'

/** Blocks whose state is remembered in one conversation. */
const MAX_BLOCKS = 2048
/** Lengths, languages, two times, names, version, checksum. */
const INFO_BYTES = 70
/** Times count days from here, and milliseconds within the day. */
const EPOCH = Date.UTC(1984, 0, 1)
const DAY_MS = 86_400_000

/** Items of `'0' | type | count u16`. */
export function countBlocks(a: S7comm, sink: Sink): void {
  const counts: string[] = []
  for (let at = 0; at + 4 <= a.data.length && counts.length < 16; at += 4) {
    const short = BLOCKS[textOf(a.data.subarray(at, at + 2))]?.[0]
    const count = u16(a.data, at + 2)
    if (short !== undefined && count > 0) counts.push(`${count} ${short}`)
  }
  if (counts.length > 0) sink.say({ kind: 'device.diagnosed', what: `blocks: ${counts.join(', ')}`, fault: false })
}

/** @param section the block that was asked about, `OB1`; a block that changed while nobody here loaded it was edited elsewhere */
export function describeBlock(a: S7comm, section: string, state: S7State, sink: Sink): void {
  const { data } = a
  if (data.length < INFO_BYTES) return
  const type = `0${(data[11]! & 15).toString(16).toUpperCase()}`
  const length = u32(data, 14)
  const madeAt = timeAt(data, 22)
  const version = data[66]!
  const checksum = `0x${u16(data, 68).toString(16).padStart(4, '0')}`
  const words = [`version ${version >> 4}.${version & 15}`, `checksum ${checksum}`, `${length} bytes`, `code of ${madeAt}`]
  for (const [name, at] of NAMES) {
    const text = textOf(data.subarray(at, at + 8))
    if (text !== '') words.push(`${name} ${text}`)
  }
  sink.say({ kind: 'device.diagnosed', what: `${section}: ${words.join(', ')}`, fault: false })
  const before = state.blocks.get(section)
  const now = `${checksum} ${madeAt} ${length}`
  if (before === undefined && state.blocks.size >= MAX_BLOCKS) state.blocks.delete(state.blocks.keys().next().value!)
  state.blocks.set(section, now)
  if (before === undefined || before === now) return
  const sectionType = BLOCKS[type]?.[1].toLowerCase() ?? 'block'
  sink.say({ kind: 'program.edited', section, sectionType, bytes: length, hash: undefined, user: undefined, ok: true })
}

const NAMES = [
  ['author', 42],
  ['family', 50],
  ['name', 58],
] as const

function timeAt(data: Uint8Array, at: number): string {
  return new Date(EPOCH + u16(data, at + 4) * DAY_MS + Math.min(u32(data, at), DAY_MS)).toISOString().slice(0, 19)
}

const u16 = (data: Uint8Array, at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0)
const u32 = (data: Uint8Array, at: number): number => ((u16(data, at) << 16) | u16(data, at + 2)) >>> 0
