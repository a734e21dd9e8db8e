/** Structural damage to a capture: what lengths, counts, offsets, order and truncation can do on a wire. */
import type { Frame } from './frames.ts'

const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff]

type Damage = (frames: Frame[], i: number, random: (n: number) => number) => void

const copy = (f: Frame, bytes: Uint8Array): Frame => ({ ...f, bytes, wireLength: Math.max(bytes.length, 1) })

/** Mostly behind the headers: damage there reaches the dissectors. */
function place(f: Frame, random: (n: number) => number): number {
  const length = f.bytes.length
  return length > 60 && random(8) > 0 ? 42 + random(length - 42) : random(Math.max(1, length))
}

const DAMAGES: readonly Damage[] = [
  function edgeByte(frames, i, random) {
    const bytes = frames[i]!.bytes.slice()
    for (let n = 1 + random(3); n > 0; n--) bytes[place(frames[i]!, random)] = EDGES[random(EDGES.length)]!
    frames[i] = copy(frames[i]!, bytes)
  },
  function wideNumber(frames, i, random) {
    const bytes = frames[i]!.bytes.slice()
    const at = place(frames[i]!, random)
    for (let n = 0; n < 2 + random(3) && at + n < bytes.length; n++) bytes[at + n] = 0xff
    frames[i] = copy(frames[i]!, bytes)
  },
  function anyByte(frames, i, random) {
    const bytes = frames[i]!.bytes.slice()
    for (let n = 1 + random(6); n > 0; n--) bytes[place(frames[i]!, random)] = random(256)
    frames[i] = copy(frames[i]!, bytes)
  },
  function truncate(frames, i, random) {
    const f = frames[i]!
    frames[i] = { ...f, bytes: f.bytes.slice(0, random(f.bytes.length + 1)) }
  },
  function repeatBytes(frames, i, random) {
    const { bytes } = frames[i]!
    const at = place(frames[i]!, random)
    const part = bytes.subarray(at, at + 1 + random(24))
    const grown = new Uint8Array(bytes.length + part.length)
    grown.set(bytes.subarray(0, at))
    grown.set(part, at)
    grown.set(bytes.subarray(at), at + part.length)
    frames[i] = copy(frames[i]!, grown)
  },
  function removeBytes(frames, i, random) {
    const { bytes } = frames[i]!
    const at = place(frames[i]!, random)
    const n = 1 + random(8)
    frames[i] = copy(frames[i]!, Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + n)]))
  },
  function graft(frames, i, random) {
    const other = frames[random(frames.length)]!.bytes
    const bytes = frames[i]!.bytes.slice()
    const at = place(frames[i]!, random)
    bytes.set(other.subarray(Math.min(at, other.length), Math.min(other.length, at + 16)).subarray(0, bytes.length - at), at)
    frames[i] = copy(frames[i]!, bytes)
  },
  function swap(frames, i, random) {
    const j = random(frames.length)
    ;[frames[i], frames[j]] = [frames[j]!, frames[i]!]
  },
  function duplicate(frames, i) {
    frames.splice(i, 0, frames[i]!)
  },
  function lose(frames, i) {
    if (frames.length > 1) frames.splice(i, 1)
  },
]

/** A damaged copy: one frame in `every` is hurt. */
export function mutate(frames: readonly Frame[], random: (n: number) => number, every = 3): Frame[] {
  const hurt = [...frames]
  for (let n = Math.max(1, Math.floor(frames.length / every)); n > 0; n--) {
    DAMAGES[random(DAMAGES.length)]!(hurt, random(hurt.length), random)
  }
  return hurt
}
