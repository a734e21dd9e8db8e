import { refresh, useGet } from '../../api/query.ts'
import { post, remove, upload } from '../../api/request.ts'
import type { ContentPack, PackKey, RemovedPack } from '../../api/types.ts'

export function usePacks() {
  return useGet<{ readonly items: readonly ContentPack[]; readonly removed: readonly RemovedPack[] }>('/packs')
}

export function usePackKeys() {
  return useGet<{ readonly items: readonly PackKey[] }>('/pack-keys')
}

/** Rules and lists change with a pack. */
function changed(): void {
  for (const noun of ['packs', 'rules', 'known-threats']) refresh(noun)
}

export async function installPack(file: File, isOlderWanted: boolean): Promise<ContentPack> {
  const pack = await upload<ContentPack>(`/packs${isOlderWanted ? '?older=yes' : ''}`, file)
  changed()
  return pack
}

export async function stepBack(name: string): Promise<ContentPack> {
  const pack = await post<ContentPack>(`/packs/${encodeURIComponent(name)}/back`)
  changed()
  return pack
}

export async function removePack(name: string): Promise<void> {
  await remove(`/packs/${encodeURIComponent(name)}`)
  changed()
}

/** Only packs signed with this key are taken under the name from here on. */
export async function bindPack(name: string, fingerprint: string): Promise<void> {
  await post(`/packs/${encodeURIComponent(name)}/key`, { fingerprint })
  refresh('packs')
}

export async function trustKey(name: string, pem: string): Promise<void> {
  await post('/pack-keys', { name, pem })
  refresh('pack-keys')
}

export async function distrustKey(fingerprint: string): Promise<void> {
  await remove(`/pack-keys/${fingerprint}`)
  refresh('pack-keys')
}
