/** An alert of another product as its own record tells it, before it is tied to a conversation of ours. */
import type { Level, Micros } from '@isthmus/model'

export type Transport = 'tcp' | 'udp' | 'icmp' | 'ip'

/** One end: `ip` in the form the decoder writes (lower case, shortest). */
export type ReceivedEnd = { readonly ip: string; readonly port: number | undefined }

export type ReceivedAlert = {
  readonly product: string
  /** The product's own id of its rule, with its revision. */
  readonly rule: string
  readonly title: string
  readonly category: string
  readonly level: Level
  /** Techniques of ATT&CK as the rule names them. */
  readonly attack: readonly string[]
  /** What the product did: `allowed`, `blocked`; empty when it does not say. */
  readonly action: string
  readonly at: Micros
  readonly transport: Transport
  readonly client: ReceivedEnd
  readonly server: ReceivedEnd
  /** False when the record does not say who began. */
  readonly directionKnown: boolean
  /** As the product names it; empty when it does not. */
  readonly protocol: string
  readonly communityId: string | undefined
  /** The packet it was raised on, and the capture this counts in (the last part of its path). */
  readonly packet: { readonly capture: string; readonly number: number } | undefined
}
