/** Replays stored findings with and without a suppression, in a thread of its own: it takes seconds where there are many. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadContent } from '@isthmus/content'
import type { Asset, AuthorisedChange, Finding, Suppression } from '@isthmus/model'
import { preview } from '@isthmus/respond'

export type PreviewQuestion = {
  readonly suppression: Suppression
  readonly findings: readonly Finding[]
  /** Those the findings name. */
  readonly assets: readonly Asset[]
  readonly changes: readonly AuthorisedChange[]
}

const { suppression, findings, assets, changes } = workerData as PreviewQuestion
const byId = new Map(assets.map((asset) => [asset.id, asset]))
const assetOf = (id: string | undefined) => (id === undefined ? undefined : byId.get(id))
parentPort?.postMessage(
  preview(suppression, {
    site: suppression.site,
    content: loadContent(),
    findings,
    endsOf: ({ clientAsset, serverAsset }) => ({ client: assetOf(clientAsset), server: assetOf(serverAsset) }),
    changes,
    assets: { nameOf: (id) => byId.get(id)?.names[0], current: (id) => id },
  }),
)
