/** What findings rest on besides packets: what was known of their hosts when they were told. Kept, because it changes afterwards. */
import type { Remembered } from '@isthmus/detect'
import { type Asset, type Finding, hostOf, type Micros, type Observation, plainCopy } from '@isthmus/model'

/** One telling of a finding. */
export type Ground = {
  /** Event time of the observation that let it out. */
  readonly at: Micros
  /** By address, or MAC where there is none. Without the facts it was concluded from. */
  readonly known: Readonly<Record<string, Asset>>
  /** The observation itself where no packet carried it: another product's word, which may name packets of ours. */
  readonly told?: Observation | undefined
  /** Where later event time had been heard before it: the observation that let it out, and that time. */
  readonly late?: { readonly of: string; readonly heardAt: Micros } | undefined
  /** Patterns that the content of the observation's file matched: content is not kept, and a replay need not have the patterns. */
  readonly matched?: { readonly of: string; readonly names: readonly string[]; readonly hash?: string | undefined } | undefined
  /** With the first telling: what the memory of its rule knew, where it has one. */
  readonly remembered?: Remembered | undefined
}

/** How a finding was first told, and how it was told last. */
export type GroundRow = { readonly finding: string; readonly first: Ground; readonly last: Ground }

export type LookUp = (end: Observation['client']) => Asset | undefined

/** @param at event time at which it is told; `heardAt`: the latest that had been heard by then */
export function groundOf(finding: Finding, at: Micros, heardAt: Micros, observation: Observation | undefined, lookUp: LookUp): Ground {
  const known: Record<string, Asset> = {}
  for (const end of [finding.client, finding.server, ...(observation === undefined ? [] : [observation.client, observation.server])]) {
    const host = hostOf(end)
    const asset = host === '' || host in known ? undefined : lookUp(end)
    if (asset !== undefined) known[host] = withoutFacts(asset)
  }
  const isOurs = observation === undefined || (observation.kind !== 'alert.received' && observation.evidence.packets[1] > 0)
  const late = observation === undefined || heardAt <= at ? {} : { late: { of: nameOf(observation), heardAt } }
  const matched =
    observation?.kind === 'file.moved' && observation.matches.length > 0
      ? { matched: { of: nameOf(observation), names: [...observation.matches], hash: observation.hash } }
      : {}
  return { at, known, ...late, ...matched, ...(isOurs ? {} : { told: observation }) }
}

/** What an observation is told from others by, wherever its packets are read. */
export function nameOf({ kind, at, evidence: { capture, packets } }: Observation): string {
  return [kind, at, capture, ...packets].join(' ')
}

export function withoutFacts(asset: Asset): Asset {
  return plainCopy({ ...asset, facts: [], modules: [] })
}
