/** Asks every list that can be searched by text, a few answers each. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { get } from '../api/request.ts'
import type { Alert, Asset, Page, Rule, Session, Tag } from '../api/types.ts'
import { matches } from './palette.view.ts'
import { useScope } from './scope.ts'
import type { Search } from './view-state.ts'

export type Found = {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly detail: string | undefined
  readonly to: string
  readonly search: Search
}

const EACH = 6
/** One letter would match everything. */
const SHORTEST = 2

export function useFound(text: string): { readonly hits: readonly Found[]; readonly isLooking: boolean } {
  const { site } = useScope()
  const enabled = text.length >= SHORTEST
  const ask = <T>(noun: string) => ({
    queryKey: [noun, 'search', site, text],
    queryFn: ({ signal }: { signal: AbortSignal }) => get<Page<T>>(`/${noun}`, { site, q: text, limit: EACH }, signal),
    enabled,
  })
  const [assets, alerts, tags, sessions] = useQueries({
    queries: [ask<Asset>('assets'), ask<Alert>('alerts'), ask<Tag>('tags'), ask<Session>('sessions')],
  })
  const rules = useQuery({ queryKey: ['rules', '/rules', {}], queryFn: () => get<Page<Rule>>('/rules'), enabled, staleTime: 300_000 })
  const hits = !enabled
    ? []
    : [
        ...(assets.data?.items ?? []).map((a) =>
          found(
            'Assets',
            `/assets/${a.id}`,
            a.names[0] ?? a.ips[0] ?? a.macs[0] ?? a.id,
            [...a.ips.slice(0, 2), a.vendor, a.model].filter(Boolean).join('  '),
          ),
        ),
        ...(alerts.data?.items ?? []).map((a) => found('Alerts', `/alerts/${a.id}`, a.title, a.level)),
        ...(tags.data?.items ?? []).map((t) => found('Tags', `/process/${t.id}`, t.tag, `${t.server}  ${t.protocol}`)),
        ...(rules.data?.items ?? [])
          .filter((r) => matches(`${r.title} ${r.name} ${r.attack.join(' ')}`, text))
          .slice(0, EACH)
          .map((r) => found('Rules', `/rules/${r.name}`, r.title, r.name)),
        ...(sessions.data?.items ?? [])
          .slice(0, 3)
          .map((s) =>
            found('Sessions', `/sessions/${s.id}`, `${s.client.ip ?? s.client.mac} to ${s.server.ip ?? s.server.mac}`, s.protocol),
          ),
      ]
  return { hits, isLooking: enabled && (assets.isFetching || alerts.isFetching || tags.isFetching || sessions.isFetching) }
}

function found(group: string, to: string, label: string, detail: string): Found {
  return { id: to, group, label, detail: detail === '' ? undefined : detail, to, search: {} }
}
