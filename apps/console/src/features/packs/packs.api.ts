import { refresh, useGet } from '../../api/query.ts'
import { post, remove, upload } from '../../api/request.ts'
import type { ContentPack, PackKey } from '../../api/types.ts'

export function usePacks() {
  return useGet<{ readonly items: readonly ContentPack[] }>('/packs')
}

export function usePackKeys() {
  return useGet<{ readonly items: readonly PackKey[] }>('/pack-keys')
}

/** Rules and lists change with a pack. */
function changed(): void {
  for (const noun of ['packs', 'rules', 'known-threats']) refresh(noun)
}

export async function installPack(file: File): Promise<ContentPack> {
  const pack = await upload<ContentPack>('/packs', file)
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

export async function trustKey(name: string, pem: string): Promise<void> {
  await post('/pack-keys', { name, pem })
  refresh('pack-keys')
}

export async function distrustKey(fingerprint: string): Promise<void> {
  await remove(`/pack-keys/${fingerprint}`)
  refresh('pack-keys')
}
