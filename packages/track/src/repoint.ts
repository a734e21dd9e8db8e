/** Rows that name an asset follow it when it becomes another. */

export type Pairs = {
  livesById(): Iterable<[string, { clientAsset: string | undefined; serverAsset: string | undefined }]>
  touch(id: string): void
}

export function repointEnds(all: Pairs, lost: string, into: string): void {
  for (const [id, row] of all.livesById()) {
    if (row.clientAsset !== lost && row.serverAsset !== lost) continue
    if (row.clientAsset === lost) row.clientAsset = into
    if (row.serverAsset === lost) row.serverAsset = into
    all.touch(id)
  }
}
