/** What was known of a host from moment to moment: as findings were told, and between them by the log of what became different. */
import type { Asset } from '@isthmus/model'
import type { AssetChange, KnownHost } from './basis.ts'
import { withoutFacts } from './grounds.ts'

/** In order of host and time. */
export function historyOf(known: readonly KnownHost[], changes: readonly AssetChange[], assets: readonly Asset[]): KnownHost[] {
  const byAsset = Map.groupBy(changes, ({ id }) => id)
  const all = [...Map.groupBy(known, ({ host }) => host).values()].flatMap((entries) => {
    const ordered = entries.toSorted((a, b) => a.at - b.at)
    const own = (byAsset.get(ordered[0]!.asset.id) ?? []).toSorted((a, b) => a.at - b.at)
    return [...earlier(ordered[0]!, own), ...ordered, ...meanwhile(ordered, byAsset), ...sinceThen(ordered.at(-1)!, assets)]
  })
  return all.sort((a, b) => (a.host === b.host ? a.at - b.at : a.host < b.host ? -1 : 1))
}

/** How much is known of an asset: of two states at one moment the fuller one is the later. */
export function knownOf({ type, role, roles, vendor, model, os, purdueLevel }: Asset): number {
  return (
    roles.length +
    [type, role, vendor, model, os, purdueLevel].filter((value) => value !== undefined && value !== '' && value !== 'unknown').length
  )
}

/** Before the first telling: a host that is a controller by then was not one from the beginning. */
function earlier({ host, at, asset }: KnownHost, changes: readonly AssetChange[]): KnownHost[] {
  const found = new Map<number, KnownHost>()
  let state = asset
  for (const change of changes.toReversed()) {
    if (change.at > at) continue
    const before = unchanged(state, change)
    if (before === state) continue
    if (change.at < at && !found.has(change.at)) found.set(change.at, { host, at: change.at, asset: state })
    state = before
  }
  return state === asset ? [] : [{ host, at: 0, asset: state }, ...[...found.values()].reverse()]
}

/** After the last telling counts what became of the host: had it still been what it was, more would have been told. */
function sinceThen({ host, at, asset }: KnownHost, assets: readonly Asset[]): KnownHost[] {
  const become = assets.find(({ id }) => id === asset.id)
  return become === undefined ? [] : [{ host, at: at + 1, asset: withoutFacts(become) }]
}

/** Between the tellings of its findings a host may have been recognised as what it is: most rules ask for that. */
function meanwhile(ordered: readonly KnownHost[], byAsset: ReadonlyMap<string, readonly AssetChange[]>): KnownHost[] {
  const found: KnownHost[] = []
  for (const [i, { host, at, asset }] of ordered.entries()) {
    const until = ordered[i + 1]?.at ?? at
    let become = asset
    for (const change of byAsset.get(asset.id) ?? []) {
      if (change.at <= at || change.at >= until) continue
      become = changed(become, change)
      found.push({ host, at: change.at, asset: become })
    }
  }
  // Several attributes at one moment: the last entry holds them all.
  return [...new Map(found.map((entry) => [entry.at, entry])).values()]
}

const SINGLE: ReadonlySet<string> = new Set(['type', 'role', 'vendor', 'model', 'os'])

function changed(asset: Asset, { attribute, from, to }: AssetChange): Asset {
  if (attribute === 'role' && to !== null) return { ...asset, role: to, roles: [...new Set([...asset.roles, to])] }
  if (SINGLE.has(attribute)) return { ...asset, [attribute]: to ?? undefined }
  if (attribute === 'purdueLevel') return { ...asset, purdueLevel: to === null ? undefined : Number(to) }
  if (attribute === 'isExternal') return { ...asset, isExternal: to === 'true' }
  if (attribute === 'name') return { ...asset, names: [...asset.names.filter((name) => name !== from), ...(to === null ? [] : [to])] }
  return asset
}

/** The asset as it was before the change; itself where the change is not in it. */
function unchanged(asset: Asset, { id, at, attribute, from, to }: AssetChange): Asset {
  const value = (asset as unknown as Readonly<Record<string, unknown>>)[attribute]
  if (attribute === 'name')
    return to !== null && asset.names.includes(to) ? { ...asset, names: asset.names.filter((name) => name !== to) } : asset
  if (value === undefined ? to !== null : String(value) !== to) return asset
  if (attribute === 'role') return { ...asset, role: from ?? '', roles: asset.roles.filter((role) => role !== to) }
  return changed(asset, { id, at, attribute, from: to, to: from })
}
