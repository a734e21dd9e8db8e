import { type List, useGet, useList } from '../../api/query.ts'
import type { Operation, Session } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export type SessionFilter = { readonly q: string; readonly asset: string; readonly protocol: string; readonly state: string }

export function useSessions(scope: Scope, { q, asset, protocol, state }: SessionFilter): List<Session> {
  return useList<Session>('/sessions', { site: scope.site, ...scope.span, q, asset, protocol, state }, 300)
}

export function useSession(id: string | undefined) {
  return useGet<Session>(id === undefined ? undefined : `/sessions/${encodeURIComponent(id)}`)
}

export function useOperationsBetween(client: string, server: string): List<Operation> {
  return useList<Operation>('/operations', { client, server }, 50)
}
