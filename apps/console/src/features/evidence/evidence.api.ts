import { useGet } from '../../api/query.ts'
import type { Packet } from '../../api/types.ts'

export function usePacket(capture: string, number: string) {
  return useGet<Packet>(`/captures/${encodeURIComponent(capture)}/packets/${encodeURIComponent(number)}`)
}
