import { useGet } from '../../api/query.ts'
import { url } from '../../api/request.ts'
import type { ProgramDetail, ProgramDiff } from '../../api/types.ts'

const of = (id: string): string => `/programs/${encodeURIComponent(id)}`

export function useProgram(id: string) {
  return useGet<ProgramDetail>(of(id))
}

/** Without `from`, all of `to`. */
export function useDiff(id: string, from: string, to: string) {
  return useGet<ProgramDiff>(to === '' ? undefined : `${of(id)}/diff`, { from, to })
}

export const contentFile = (id: string, hash: string): string => url(`${of(id)}/contents/${hash}`)
