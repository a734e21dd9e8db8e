import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { findAsset, listAssets, listPeers, saveOverride } from './assets.store.ts'
import { AssetPage, AssetPeers, AssetQuery, AssetRows, Override } from './assets.wire.ts'

export const assetRoutes = [
  route({
    on: 'GET /assets',
    may: 'asset.read',
    about: 'Devices and hosts',
    params: Nothing,
    query: AssetQuery,
    body: Nothing,
    reply: AssetRows,
    run: ({ tx, sites, query }) => listAssets(tx, sites, query),
  }),
  route({
    on: 'GET /assets/:id',
    may: 'asset.read',
    about: 'One asset with its facts, modules and changes',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AssetPage,
    run: async ({ tx, sites, params }) => (await findAsset(tx, sites, params.id)) ?? noSuch('asset', params.id),
  }),
  route({
    on: 'GET /assets/:id/peers',
    may: 'asset.read',
    about: 'Whom an asset talks to, busiest first',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AssetPeers,
    run: async ({ tx, sites, params }) =>
      (await findAsset(tx, sites, params.id)) ? listPeers(tx, sites, params.id) : noSuch('asset', params.id),
  }),
  route({
    on: 'POST /assets/:id/overrides',
    may: 'asset.edit',
    audit: 'asset.override-set',
    about: 'Sets an attribute by hand; null takes it back',
    params: Id,
    query: Nothing,
    body: Override,
    reply: AssetPage,
    run: async ({ tx, sites, params, body, services, http }) => {
      const site = await saveOverride(tx, sites, params.id, body.attribute, body.value)
      if (site === undefined) return noSuch('asset', params.id)
      http.note({ site, target: params.id, ...body })
      http.afterwards(() => {
        services.notices.tell(site, 'assets', [params.id])
        services.captures.decided({ kind: 'override', site, asset: params.id, attribute: body.attribute, value: body.value })
      })
      return (await findAsset(tx, sites, params.id)) ?? noSuch('asset', params.id)
    },
  }),
]
