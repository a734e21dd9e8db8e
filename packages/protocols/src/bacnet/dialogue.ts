/**
 * Who waits for what: either end of a BACnet flow asks, and one port pair carries every device behind a router. The engine
 * pairs clients' questions only.
 */
import type { Side } from '@isthmus/wire'
import type { MovingFile } from '../moving-file.ts'
import type { Bacnet } from './bacnet.ts'

/** Open questions of one side; an invoke id is one octet, a router multiplies it. */
const MAX_OPEN = 256
/** Joined segments of one APDU, and APDUs being joined: §20.1.2.4 and §20.1.5.4 allow 256 segments of a frame each. */
const MAX_JOINED = 400_000
const MAX_JOINING = 4

type Joining = { parts: Uint8Array[]; size: number; next: number }

export interface Dialogue {
  /** No request has been seen yet: an answer may belong to one before the capture. */
  readonly isNew: boolean
  /** The file that is on its way. */
  file: MovingFile | undefined
  /** What rows wait for; absent while nobody writes logs. */
  log: unknown
  ask(m: Bacnet, from: Side): void
  /** False when nothing of the sort was asked; an answer that comes again has been asked for once. */
  answer(m: Bacnet, from: Side): boolean
  /** The whole when this is the last segment; undefined while more follow, and when some were lost. */
  join(m: Bacnet, from: Side, segment: Uint8Array): Uint8Array | undefined
}

export function startDialogue(): Dialogue {
  return new OpenQuestions()
}

class OpenQuestions implements Dialogue {
  isNew = true
  file: MovingFile | undefined = undefined
  log: unknown = undefined
  readonly #open = { client: new Map<string, Bacnet>(), server: new Map<string, Bacnet>() }
  readonly #answered = { client: '', server: '' }
  readonly #joining = new Map<string, Joining>()

  ask(m: Bacnet, from: Side): void {
    this.isNew = false
    const open = this.#open[from]
    const key = `${m.invoke}/${m.destination ?? ''}`
    open.delete(key)
    if (open.size >= MAX_OPEN) open.delete(open.keys().next().value!)
    open.set(key, m)
  }

  answer(m: Bacnet, from: Side): boolean {
    const open = this.#open[from === 'client' ? 'server' : 'client']
    const key = `${m.invoke}/${m.source ?? ''}`
    m.asked = open.get(key)
    if (m.asked === undefined) return this.#answered[from] === key
    this.#answered[from] = key
    open.delete(key)
    // A reject names no service: it is the question's.
    if (m.service < 0) m.service = m.asked.service
    return true
  }

  join(m: Bacnet, from: Side, segment: Uint8Array): Uint8Array | undefined {
    const key = `${from}/${m.pdu}/${m.invoke}/${m.source ?? ''}`
    let joining = this.#joining.get(key)
    if (m.sequence === 0) {
      if (joining === undefined && this.#joining.size >= MAX_JOINING) this.#joining.delete(this.#joining.keys().next().value!)
      joining = { parts: [], size: 0, next: 0 }
      this.#joining.set(key, joining)
    }
    if (joining === undefined) return undefined
    // Sent again because the acknowledgement was lost.
    if (m.sequence === ((joining.next + 255) & 255) && joining.parts.length > 0) return m.more ? undefined : this.#whole(key, joining)
    if (m.sequence !== joining.next || joining.size + segment.length > MAX_JOINED) {
      this.#joining.delete(key)
      return undefined
    }
    joining.parts.push(segment.slice())
    joining.size += segment.length
    joining.next = (joining.next + 1) & 255
    return m.more ? undefined : this.#whole(key, joining)
  }

  #whole(key: string, joining: Joining): Uint8Array {
    this.#joining.delete(key)
    const whole = new Uint8Array(joining.size)
    let at = 0
    for (const part of joining.parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}
