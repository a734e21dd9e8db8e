import { type List, useList } from '../../api/query.ts'
import type { Operation } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export type OperationFilter = {
  readonly q: string
  readonly client: string
  readonly server: string
  readonly access: string
  readonly protocol: string
}

export function useOperations(scope: Scope, { q, client, server, access, protocol }: OperationFilter): List<Operation> {
  return useList<Operation>('/operations', { site: scope.site, q, client, server, access, protocol }, 300)
}
