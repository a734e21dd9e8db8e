import { type List, useList } from '../../api/query.ts'
import type { Finding } from '../../api/types.ts'

export function useHiddenBy(suppression: string): List<Finding> {
  return useList<Finding>('/findings', { suppression }, 20)
}
