/** What was known of a host from moment to moment: as findings were told, and between them by the log of what became different. */
import type { Asset } from '@isthmus/model'
import type { AssetChange, KnownHost } from './basis.ts'
import { withoutFacts } from './grounds.ts'

/** In order of host and time. */
export function historyOf(known: readonly KnownHost[], changes: readonly AssetChange[], assets: readonly Asset[]): KnownHost[] {
  const byAsset = Map.groupBy(changes, ({ id }) => id)
  const all = [...Map.groupBy(known.filter(isHeard), ({ host }) => host).values()].flatMap((entries) => {
    const ordered = entries.toSorted((a, b) => a.at - b.at)
    const own = (byAsset.get(ordered[0]!.asset.id) ?? []).toSorted((a, b) => a.at - b.at)
    return [...earlier(ordered[0]!, own), ...ordered, ...meanwhile(ordered, byAsset), ...sinceThen(ordered.at(-1)!, assets)]
  })
  return all.sort((a, b) => (a.host === b.host ? a.at - b.at : a.host < b.host ? -1 : 1))
}

/** A host of which something was known by then. */
type Heard = KnownHost & { readonly asset: Asset }

function isHeard(entry: KnownHost): entry is Heard {
  return entry.asset !== undefined
}

/** How much is known of an asset: of two states at one moment the fuller one is the later. */
export function knownOf({ type, role, roles, vendor, model, os, purdueLevel }: Asset): number {
  return (
    roles.length +
    [type, role, vendor, model, os, purdueLevel].filter((value) => value !== undefined && value !== '' && value !== 'unknown').length
  )
}

/** Before the first telling: a host that is a controller by then was not one from the beginning, nor was it always there. */
function earlier({ host, at, asset }: Heard, changes: readonly AssetChange[]): KnownHost[] {
  const found = new Map<number, KnownHost>()
  let state: Asset | undefined = asset
  for (const change of changes.toReversed()) {
    if (change.at > at) continue
    const before = unchanged(state, change)
    if (before === state) continue
    if (change.at < at) found.set(change.at, becomes(host, change, found.get(change.at), state))
    state = before
    if (state === undefined) break
  }
  return state === asset ? [] : [{ host, at: 0, asset: state }, ...[...found.values()].reverse()]
}

/** After the last telling counts what became of the host: had it still been what it was, more would have been told. */
function sinceThen({ host, at, asset }: Heard, assets: readonly Asset[]): KnownHost[] {
  const become = assets.find(({ id }) => id === asset.id)
  return become === undefined ? [] : [{ host, at: at + 1, asset: withoutFacts(become) }]
}

/** Between the tellings of its findings a host may have been recognised as what it is: most rules ask for that. */
function meanwhile(ordered: readonly Heard[], byAsset: ReadonlyMap<string, readonly AssetChange[]>): KnownHost[] {
  const found = new Map<string, KnownHost>()
  for (const [i, { host, at, asset }] of ordered.entries()) {
    const until = ordered[i + 1]?.at ?? at
    let state = asset
    for (const change of byAsset.get(asset.id) ?? []) {
      if (change.at <= at || change.at >= until) continue
      const before = state
      state = changed(state, change)
      const key = `${change.at} ${i}`
      if (state !== before) found.set(key, { ...becomes(host, change, found.get(key), state), asset: state })
    }
  }
  return [...found.values()]
}

/** @param other entry of the same moment: several attributes may change at once */
function becomes(host: string, { at, attribute }: AssetChange, other: KnownHost | undefined, asset: Asset): KnownHost {
  return { host, at, asset: other?.asset ?? asset, became: [...(other?.became ?? []), attribute] }
}

const SINGLE: ReadonlySet<string> = new Set(['type', 'role', 'vendor', 'model', 'os'])
/** Attributes with several values, and where the asset has them. */
const SEVERAL = { name: 'names', ip: 'ips', mac: 'macs' } as const

function isSeveral(attribute: string): attribute is keyof typeof SEVERAL {
  return Object.hasOwn(SEVERAL, attribute)
}

function changed(asset: Asset, { attribute, from, to }: AssetChange): Asset {
  if (attribute === 'role' && to !== null) return { ...asset, role: to, roles: [...new Set([...asset.roles, to])] }
  if (SINGLE.has(attribute)) return { ...asset, [attribute]: to ?? undefined }
  if (attribute === 'purdueLevel') return { ...asset, purdueLevel: to === null ? undefined : Number(to) }
  if (attribute === 'isExternal') return { ...asset, isExternal: to === 'true' }
  if (isSeveral(attribute)) return replaced(asset, SEVERAL[attribute], from, to)
  return asset
}

/** The asset as it was before the change, undefined before it was heard; itself where the change is not in it. */
function unchanged(asset: Asset, { id, at, attribute, from, to }: AssetChange): Asset | undefined {
  if (attribute === '') return undefined
  if (isSeveral(attribute)) {
    const list = SEVERAL[attribute]
    return to === null || asset[list].includes(to) ? replaced(asset, list, to, from) : asset
  }
  const value = (asset as unknown as Readonly<Record<string, unknown>>)[attribute]
  if (value === undefined ? to !== null : String(value) !== to) return asset
  if (attribute === 'role') return { ...asset, role: from ?? '', roles: asset.roles.filter((role) => role !== to) }
  return changed(asset, { id, at, attribute, from: to, to: from })
}

function replaced(asset: Asset, list: 'names' | 'ips' | 'macs', from: string | null, to: string | null): Asset {
  const rest = asset[list].filter((value) => value !== from && value !== to)
  return { ...asset, [list]: to === null ? rest : [...rest, to] }
}
