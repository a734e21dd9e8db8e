import { queryClient, refresh, useGet } from '../../api/query.ts'
import { put } from '../../api/request.ts'
import type { DetectionDocument, DetectionSettings } from '../../api/types.ts'

const PATH = '/detection-settings'

/** Of a site; without one, what holds for all. */
export function useDetection(site: string | undefined) {
  return useGet<DetectionSettings>(PATH, { site })
}

/** Saves all of it at once; refused where somebody changed it since it was read. */
export async function saveDetection(read: DetectionSettings, next: DetectionDocument): Promise<void> {
  const site = read.site ?? undefined
  const query = site === undefined ? '' : `?site=${encodeURIComponent(site)}`
  try {
    const saved = await put<DetectionSettings>(`${PATH}${query}`, { ...next, seen: read.changedAt })
    queryClient.setQueryData(['detection-settings', PATH, { site }], saved)
  } finally {
    refresh('detection-settings', 'rules')
  }
}
