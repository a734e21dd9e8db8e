/** The speakers of all links (client, server, port, protocol): whose turn it is, and who is forgotten when they remember too much. */
import type { Conversation, FlowRecord } from '@isthmus/wire'
import { type Mouth, Speaker } from './speaker.ts'

/** Links whose repetition is folded, and bytes that all of them remember: past either, those silent longest are told and forgotten. */
const MAX_LINKS = 20_000
const MAX_HELD = 96e6
const SILENCED_SHARE = 0.1

export class Links {
  readonly #mouth: Mouth
  readonly #forgotten: () => void
  readonly #speakers = new Map<string, Speaker>()
  /** Bytes that all speakers remember. */
  held = 0

  /** @param forgotten told once for every link whose memory is given up */
  constructor(mouth: Mouth, forgotten: () => void) {
    this.#mouth = mouth
    this.#forgotten = forgotten
  }

  of(conversation: Conversation): Speaker {
    if (this.held > MAX_HELD) this.#silence()
    const known = conversation.user as Speaker | undefined
    if (known !== undefined && !known.isOver) return known.hear(conversation)
    const { flow } = conversation
    const name = conversation.protocol?.name ?? unknownName(flow)
    const { client, server } = flow as FlowRecord
    const link = `${client.id} ${server.id} ${flow.serverPort} ${name}`
    let speaker = this.#speakers.get(link)
    if (speaker === undefined) {
      if (this.#speakers.size >= MAX_LINKS) this.#silence()
      speaker = new Speaker(this.#mouth, conversation, name)
      this.#speakers.set(link, speaker)
    }
    conversation.user = speaker
    return speaker.hear(conversation)
  }

  /** Those that have been silent longest: a scan that opens links by the thousand does not cost the pollers their memory. */
  #silence(): void {
    const byTime = [...this.#speakers].sort(([, a], [, b]) => a.heardAt - b.heardAt)
    for (const [link, speaker] of byTime.slice(0, Math.ceil(byTime.length * SILENCED_SHARE))) {
      speaker.end()
      this.#speakers.delete(link)
      this.#forgotten()
    }
  }
}

/** What is spoken here, as far as anybody can say: transport and the server's port. */
export function unknownName(flow: FlowRecord | Conversation['flow']): string {
  if (flow.serverPort !== undefined) return `${flow.transport}/${flow.serverPort}`
  const number = (flow as FlowRecord).protocol
  return flow.transport === 'ethernet' ? `eth/0x${(number & 0xffff).toString(16).padStart(4, '0')}` : `${flow.transport}/${number}`
}
