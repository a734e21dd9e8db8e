/** What the tracker must remember over a restart beyond the nouns themselves: plain data, opaque to whoever stores it. */
import type { Asset, Micros } from '@isthmus/model'

/** An address that a MAC has claimed (ARP, neighbour discovery, DHCP) and when it last did; disputed while another holds it. */
export type Claim = { readonly ip: string; readonly at: Micros; readonly isDisputed: boolean }

/**
 * How sure it is that a MAC belongs to its asset: it claimed an address of it, it spoke for itself without any
 * address, or the asset's address is the only one seen behind it.
 */
export type Bond = 'claimed' | 'own' | 'weak' | 'none'

export type MacRow = {
  readonly kind: 'mac'
  readonly mac: string
  readonly asset: string | undefined
  readonly bond: Bond
  readonly claims: readonly Claim[]
  /** Addresses that came from it without being claimed by it; a few are enough to tell a router. */
  readonly sourced: readonly string[]
  readonly isRouter: boolean
  /** An address behind it was also seen behind another MAC: one of the two relays, so neither holds it weakly. */
  readonly isShared: boolean
}

/** A host that others told of but that has not spoken: what is known waits for its first word. */
export type CandidateRow = { readonly kind: 'candidate'; readonly asset: Asset }

/** An asset that turned out to be another one; its id is never given again. */
export type MergedRow = { readonly kind: 'merged'; readonly lost: string; readonly into: string }

/** The only part of a device so far: it is shown once there is a second one. */
export type PartRow = { readonly kind: 'part'; readonly asset: string; readonly part: string }

/** An address that frames for everybody went to: no host, even if somebody forges it as a source, until it is in an exchange of its own. */
export type BroadcastRow = { readonly kind: 'broadcast'; readonly ip: string }

/** How often a cap refused something; shown to the user. */
export type RefusedRow = { readonly kind: 'refused'; readonly what: string; readonly count: number }

export type TrackRow = MacRow | CandidateRow | MergedRow | PartRow | BroadcastRow | RefusedRow
